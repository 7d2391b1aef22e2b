import { join, resolve } from "node:path";

import { z } from "zod";

import { ROOT } from "../apps/places.ts";
import { UserError } from "../user-error.ts";

export type Settings = {
  port: number;
  inboxPort: number;
  dataDir: string;
  fresh: boolean;
  help: boolean;
};

const port = z.coerce.number().int().min(1).max(65_535);
const variables = z.object({
  PORT: port.default(8080),
  INBOX_PORT: port.optional(),
  DATA_DIR: z.string().min(1).default(join(ROOT, ".local")),
});

export const HELP = `npm start [-- --fresh]

Runs the whole of Tendril on this machine until Ctrl-C.

  --fresh      begin anew: forget all photos and people
  --help       this text

  PORT         where the gallery listens (8080)
  INBOX_PORT   where its mail can be read (PORT + 1)
  DATA_DIR     where everything is kept (.local)`;

export const mistakeIn = (variable: string): string =>
  variable === "DATA_DIR"
    ? "DATA_DIR must name a folder"
    : `${variable} must be a port between 1 and 65535`;

export function readSettings(args: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const unknown = args.find((arg) => arg !== "--fresh" && arg !== "--help" && arg !== "-h");
  if (unknown !== undefined)
    throw new UserError(`Unknown option ${unknown}: see npm start -- --help`);
  const read = variables.safeParse(environment);
  if (!read.success)
    throw new UserError(read.error.issues.map(({ path }) => mistakeIn(path.join("."))).join("; "));
  const { PORT, INBOX_PORT, DATA_DIR } = read.data;
  return {
    port: PORT,
    inboxPort: INBOX_PORT ?? PORT + 1,
    dataDir: resolve(ROOT, DATA_DIR),
    fresh: args.includes("--fresh"),
    help: args.includes("--help") || args.includes("-h"),
  };
}
