import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

import { ALBUM, until } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { COMMENTS } from "../src/demo/talk.ts";
import { ROOT } from "../src/apps/places.ts";
import { freePort } from "../src/process/ports.ts";

let dataDir: string;
let port: number;
let inboxPort: number;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "tendril-start-"));
  port = await freePort();
  inboxPort = await freePort();
});
afterAll(async () => {
  for (const pid of ours()) process.kill(pid, "SIGKILL");
  await nothingLeft();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Every process that was started with our data folder in its environment, or works in it. */
function ours(): number[] {
  const isOurs = (pid: number) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      return (
        environment.includes(`DATA_DIR=${dataDir}\0`) ||
        readlinkSync(`/proc/${pid}/cwd`).startsWith(dataDir)
      );
    } catch {
      return false;
    }
  };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(isOurs);
}

const nothingLeft = () =>
  until(() => (ours().length === 0 ? true : undefined), {
    timeout: 15_000,
    failure: () =>
      `left behind: ${ours()
        .map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "))
        .join("; ")}`,
  });

type Started = { npm: ChildProcess; lines: string[]; ready: Promise<void> };

function start(variables: Record<string, string> = {}): Started {
  const env = {
    ...process.env,
    PORT: String(port),
    INBOX_PORT: String(inboxPort),
    DATA_DIR: dataDir,
    ...variables,
  };
  const npm = spawn("npm", ["start"], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const lines: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  for (const stream of [npm.stdout, npm.stderr])
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (line === `ready http://localhost:${port}`) resolve();
    });
  npm.once("exit", (code) => reject(new Error(`It ended with ${code}:\n${lines.join("\n")}`)));
  promise.catch(() => {});
  return { npm, lines, ready: promise };
}

/** What a terminal does: the signal goes to all that runs in its foreground. */
const pressCtrlC = ({ npm }: Started) => void process.kill(-(npm.pid ?? 0), "SIGINT");

async function doctor(): Promise<{ code: number; out: string }> {
  const child = spawn("npm", ["run", "--silent", "doctor", "--", "--local"], {
    cwd: ROOT,
    env: { ...process.env, DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [[code], out] = await Promise.all([once(child, "close"), text(child.stdout)]);
  return { code, out };
}

const starter = () =>
  z
    .object({ owner: z.object({ pid: z.number() }) })
    .parse(JSON.parse(readFileSync(join(dataDir, "processes.json"), "utf8"))).owner.pid;

async function answersAndEnds({ npm, ready }: Started, end: () => void): Promise<void> {
  await ready;
  expect((await fetch(`http://localhost:${port}/`)).status).toBe(200);
  const exit = once(npm, "exit");
  end();
  await exit;
  await nothingLeft();
}

// On the same data, one after the other: each start follows the end that is named before it.
describe.skipIf(process.platform !== "linux")(
  "npm start leaves nothing behind, and starts again, after",
  { timeout: 60_000 },
  () => {
    test(
      "Ctrl-C, the doctor having been told where to look meanwhile",
      {
        timeout: 120_000,
      },
      async () => {
        const started = start();
        await started.ready;
        expect(await doctor()).toEqual({ code: 0, out: expect.stringContaining("0 wrong") });
        await answersAndEnds(started, () => pressCtrlC(started));
        expect(await doctor()).toEqual({ code: 2, out: "" });
      },
    );

    test("SIGTERM to npm", async () => {
      const started = start();
      await answersAndEnds(started, () => started.npm.kill("SIGTERM"));
    });

    test("kill -9 of npm", async () => {
      const started = start();
      await answersAndEnds(started, () => started.npm.kill("SIGKILL"));
    });

    test("kill -9 of the process that started everything", async () => {
      const started = start();
      await answersAndEnds(started, () => process.kill(starter(), "SIGKILL"));
    });

    test("kill -9 of everything at once", async () => {
      const started = start();
      await answersAndEnds(started, () => {
        for (const pid of ours()) process.kill(pid, "SIGKILL");
      });
    });

    test("Ctrl-C before it was ready, a second start on the same data being refused in one line", async () => {
      const first = start();
      await first.ready;
      const second = start();
      await expect(second.ready).rejects.toThrow(/^Tendril already runs on this data .*DATA_DIR/m);
      const elsewhere = start({ DATA_DIR: `${dataDir}/other` });
      await expect(elsewhere.ready).rejects.toThrow(
        new RegExp(`^Port ${port} is taken: .*PORT=`, "m"),
      );
      await answersAndEnds(first, () => pressCtrlC(first));
      const third = start();
      await until(() => (third.lines.some((line) => line.includes("✓")) ? true : undefined), {
        timeout: 15_000,
        failure: () => "nothing happens",
      });
      const exit = once(third.npm, "exit");
      pressCtrlC(third);
      await exit;
      await nothingLeft();
    });

    test("all of these: the demo is complete, with what was said, and nothing of it is there twice", async () => {
      const started = start();
      await started.ready;
      const read = async (path: string) =>
        (await fetch(new URL(path, `http://localhost:${port}`))).text();
      const timesShown = async () => {
        const page = await read("/");
        return ALBUM.map(({ alt }) => page.split(`alt="${alt}"`).length - 1);
      };
      const timesSaid = async () => {
        const tiles = (await read("/")).split("<li ");
        return Promise.all(
          COMMENTS.map(async ({ on, text }) => {
            const alt = ALBUM.find(({ file }) => file === on)?.alt ?? on;
            const tile = tiles.find((tile) => tile.includes(`alt="${alt}"`)) ?? "";
            const page = await read(/href="(\/photos\/[\w-]+)"/.exec(tile)?.[1] ?? "/");
            // Up to the first mention, which has become a link.
            return page.split(text.split("@")[0] ?? text).length - 1;
          }),
        );
      };
      await expect.poll(timesShown, { timeout: 30_000 }).toEqual(ALBUM.map(() => 1));
      await expect.poll(timesSaid, { timeout: 30_000 }).toEqual(COMMENTS.map(() => 1));
      await answersAndEnds(started, () => pressCtrlC(started));
    });
  },
);
