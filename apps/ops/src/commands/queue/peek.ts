import { peek, readQueueName } from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../../context.ts";
import { examples, remark } from "../../help.ts";
import { table } from "../../output/table.ts";
import { parseUpTo } from "../../output/words.ts";

const most = 100;

export function peekCommand(queue: Command, open: OpenContext): void {
  const command = queue
    .command("peek <name>")
    .description(
      "some messages of a queue; raises their receive counts, and workers wait for them meanwhile",
    )
    .option("--count <count>", `messages, up to ${most}`, parseUpTo(most), 10);
  examples(command, [
    ["queue peek media-dead", "what SQS gave up and nobody has filed yet"],
    ["queue peek mail --count 3 --json", "three pointers to jobs, for scripts"],
  ]);
  remark(
    command,
    "SQS shows a message only to who receives it. After 50 receives it moves a message to the -dead queue; for what is " +
      "there that means nothing more. To see depths without any of that: queues.",
  );
  command.action(async (name: string, { count }: { count: number }) => {
    const { queues, output } = open();
    const seen = await peek(queues(), readQueueName(name), count);
    output.result(seen, () =>
      seen.length === 0
        ? ["No messages."]
        : table(
            seen,
            [
              { head: "MESSAGE", of: ({ id }) => id },
              { head: "SENT", of: ({ sentAt }) => sentAt },
              { head: "RECEIVED", of: ({ receives }) => `${receives}×`, right: true },
              { head: "BODY", of: ({ body }) => body },
            ],
            output.columns,
          ),
    );
    if (seen.length > 0 && !output.json)
      output.note("Their receive counts are one higher now; the messages are back in the queue.");
  });
}
