import { findTrace } from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../context.ts";
import { examples } from "../help.ts";
import { waterfall } from "../output/waterfall.ts";

export function traceCommands(program: Command, open: OpenContext): void {
  const trace = program
    .command("trace")
    .description("the journey of one click: what followed from a request, as a waterfall")
    .argument("<id>", "a request's id (X-Request-Id), a job's id, or a photo's address")
    .action(async (id: string) => {
      const { operations, output, clock } = open();
      const found = await findTrace(await operations(), id);
      const now = clock.now();
      const { axis: _drawn, ...told } = found;
      output.result(told, () => waterfall(found, now, output.columns));
    });
  examples(trace, [
    ["trace 01a1fcd8-6e94-70e6-ac92-1def0bf87a64", "from a request, or from one of its jobs"],
    ["trace https://gallery.example/photos/AlWuN8STaRZlRWx0", "how a photo came in"],
    ["trace 01a1fcd8-… --json", "with every time, for scripts"],
  ]);
}
