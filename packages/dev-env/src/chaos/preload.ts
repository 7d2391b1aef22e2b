// Loaded into the processes under test with --import: kills them at the named points.
import { subscribe } from "node:diagnostics_channel";
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";

export type Orders = {
  /** The process's name, and which start of it this is. */
  name: string;
  start: number;
  /** Dies at the first of these points that it passes for the n-th time. */
  deaths: { point: string; passing: number }[];
  /** Here lie the list of deaths, and the file that ends them. */
  folder: string;
};

const given = process.env["TENDRIL_CHAOS"];
// Not for what this process starts in its turn.
delete process.env["TENDRIL_CHAOS"];
delete process.env["NODE_OPTIONS"];
if (given) obey(JSON.parse(given));

function obey({ name, start, deaths, folder }: Orders): void {
  const passed = new Map<unknown, number>();
  subscribe("tendril:checkpoint", (message) => {
    const times = (passed.get(message) ?? 0) + 1;
    passed.set(message, times);
    const due = deaths.find(({ point, passing }) => message === point && times >= passing);
    if (!due || existsSync(join(folder, "calm"))) return;
    const death = { at: Date.now(), name, start, point: due.point };
    appendFileSync(join(folder, "deaths.jsonl"), `${JSON.stringify(death)}\n`);
    process.kill(process.pid, "SIGKILL");
  });
}
