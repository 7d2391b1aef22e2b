import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { UserError } from "../user-error.ts";
import { type Identity, identify, isAlive } from "./identity.ts";
import { stopAll } from "./stop.ts";

const identity = z.object({ pid: z.number(), started: z.string() });
const contents = z.object({
  owner: identity,
  url: z.string().optional(),
  members: z.array(identity),
});
type Contents = z.infer<typeof contents>;

/** The list, in the data folder, of who runs on that data. */
export interface Roster extends Disposable {
  add(member: Identity): void;
}

function read(path: string): Contents | undefined {
  try {
    return contents.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

function write(path: string, value: Contents): void {
  writeFileSync(`${path}.new`, JSON.stringify(value));
  renameSync(`${path}.new`, path);
}

/** Ends what an earlier start, which was killed, left running on this data. */
async function clearStale(path: string): Promise<void> {
  const before = read(path);
  if (before && isAlive(before.owner))
    throw new UserError(
      `Tendril already runs on this data (process ${before.owner.pid}${before.url ? `, ${before.url}` : ""}): stop it, or choose another folder with DATA_DIR=…`,
    );
  if (before) await stopAll(before.members.filter(isAlive), 8_000);
  rmSync(path, { force: true });
}

/** Claims the data folder for this process. */
export async function openRoster(dataDir: string, url?: string): Promise<Roster> {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, "processes.json");
  const owner = identify(process.pid);
  if (!owner) throw new Error("This process cannot find itself in the list of processes.");
  if (existsSync(path)) await clearStale(path);
  claim(path);
  const value: Contents = { owner, url, members: [] };
  write(path, value);
  return {
    add(member) {
      value.members = [...value.members.filter(isAlive), member];
      write(path, value);
    },
    [Symbol.dispose]: () => rmSync(path, { force: true }),
  };
}

/** Of two that begin in the same instant one gets the file, the other is told. */
function claim(path: string): void {
  try {
    closeSync(openSync(path, "wx"));
  } catch {
    throw new UserError(
      "Another start is just beginning on this data; stop it, or choose another folder with DATA_DIR=…",
    );
  }
}
