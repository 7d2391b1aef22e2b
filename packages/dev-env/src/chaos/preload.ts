// Loaded into the processes under test with --import: kills them at the named points.
import { subscribe } from "node:diagnostics_channel";
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";

export type Orders = {
  /** The process's name, and which start of it this is. */
  name: string;
  start: number;
  /** Dies when it passes this point for the n-th time. */
  point: string;
  passing: number;
  /** Here lie the list of deaths, and the file that ends them. */
  folder: string;
};

const given = process.env["TENDRIL_CHAOS"];
// Not for what this process starts in its turn.
delete process.env["TENDRIL_CHAOS"];
delete process.env["NODE_OPTIONS"];
if (given) obey(JSON.parse(given));

function obey({ name, start, point, passing, folder }: Orders): void {
  let passed = 0;
  subscribe("tendril:checkpoint", (message) => {
    if (message !== point || ++passed < passing) return;
    if (existsSync(join(folder, "calm"))) return;
    const death = { at: Date.now(), name, start, point };
    appendFileSync(join(folder, "deaths.jsonl"), `${JSON.stringify(death)}\n`);
    process.kill(process.pid, "SIGKILL");
  });
}
