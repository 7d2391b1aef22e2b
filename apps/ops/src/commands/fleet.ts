import { describeFleet, spellDuration, type Instance } from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../context.ts";
import { examples } from "../help.ts";
import { table, type Column } from "../output/table.ts";
import { counted } from "../output/words.ts";

const words = { alive: "alive", silent: "went silent", stopped: "stopped" };

const columns = (now: Date): readonly Column<Instance>[] => [
  { head: "TIER", of: ({ tier }) => tier },
  { head: "INSTANCE", of: ({ instanceId }) => instanceId },
  { head: "STATE", of: ({ state }) => words[state] },
  { head: "RELEASE", of: ({ commit }) => commit.slice(0, 12) },
  { head: "SINCE", of: ({ startedAt }) => startedAt },
  {
    head: "LAST SEEN",
    of: ({ seenAt }) => `${spellDuration(now.getTime() - seenAt.getTime())} ago`,
  },
  {
    head: "SLOW BY",
    of: ({ simulatedLatencyMs }) => (simulatedLatencyMs > 0 ? `${simulatedLatencyMs} ms` : null),
  },
];

export function fleetCommand(program: Command, open: OpenContext): void {
  const fleet = program
    .command("fleet")
    .description(
      "web and worker processes: alive, or gone in the last hour; exit code 1 if a tier has none",
    );
  examples(fleet, [
    ["fleet", "who is there, with which release, since when"],
    ["fleet --json", "for scripts"],
  ]);
  fleet.action(async () => {
    const { operations, output, clock } = open();
    const { db } = await operations();
    const now = clock.now();
    const all = await describeFleet(db, now);
    output.result(all, () => table(all, columns(now), output.columns));
    const alive = (tier: string) =>
      all.filter((one) => one.tier === tier && one.state === "alive").length;
    const [web, worker] = [alive("web"), alive("worker")];
    if (web > 0 && worker > 0) {
      if (!output.json)
        output.note(`Alive: ${counted(web, "web instance")}, ${counted(worker, "worker")}.`);
      return;
    }
    if (web === 0) output.problem("No web instance is alive.");
    if (worker === 0) output.problem("No worker is alive: nothing is worked on.");
  });
}
