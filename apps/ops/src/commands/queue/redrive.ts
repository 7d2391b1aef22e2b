import { lookAtQueues, moveBack, readDeadQueueName } from "@tendril/operations";
import { AppError } from "@tendril/runtime";
import { InvalidArgumentError, type Command } from "commander";

import { agreed, changing, type ChangeOptions } from "../../change.ts";
import type { OpenContext } from "../../context.ts";
import { examples, remark } from "../../help.ts";
import { counted, parseCount } from "../../output/words.ts";
import { onRecord } from "./on-record.ts";

type Options = ChangeOptions & { rate?: number };

export function redriveCommand(queue: Command, open: OpenContext): void {
  const command = changing(
    queue
      .command("redrive <name>")
      .description("have SQS move all that is in a -dead queue back to the queue before it")
      .option(
        "--rate <count>",
        "messages a second, up to 500; as fast as SQS likes, if not said",
        rate,
      ),
  );
  examples(command, [
    ["queue redrive media-dead --reason 'decoder is mended'", "everything, at SQS's own speed"],
    ["queue redrive mail --rate 5 --reason 'SES is back' --yes", "slowly, and without asking"],
  ]);
  remark(
    command,
    "Works without the database. It cannot choose, correct or try a few first: 'dead redrive' can, and what workers have " +
      "filed as letters is there and not in a -dead queue. The move goes on in SQS when this command is ended.",
  );
  command.action(async (name: string, { rate, ...options }: Options) => {
    const context = open();
    const { output } = context;
    const from = readDeadQueueName(name);
    const all = await lookAtQueues(context.queues());
    const waiting = all.find(({ queue }) => `${queue}-dead` === from)?.dead ?? 0;
    const about = counted(waiting, "message");
    if (waiting === 0) {
      output.result({ moved: 0 }, () => [`There is nothing in ${from}.`]);
      return;
    }
    if (
      !(await agreed(context, options, `Move about ${about} out of ${from}, back to be worked on?`))
    )
      return;
    const action = { action: "queue redrive", queue: from, reason: options.reason };
    const move = await onRecord(context, { ...action, after: { waiting, rate } }, async () => {
      using progress = output.progress(`moving out of ${from}`, waiting);
      const tell = ({ moved, toMove }: { moved: number; toMove: number | null }) =>
        progress.to(moved, toMove ?? waiting);
      return moveBack(context.queues(), from, { perSecond: rate, tell });
    });
    if (move.state === "failed")
      throw new AppError(
        `SQS moved ${counted(move.moved, "message")} and stopped: ${move.why ?? "it does not say why"}.`,
        { code: "move-failed", status: 502 },
      );
    output.result(move, () => [`${counted(move.moved, "message")} moved out of ${from}.`]);
  });
}

function rate(text: string): number {
  const count = parseCount(text);
  if (count > 500) throw new InvalidArgumentError("SQS moves up to 500 a second.");
  return count;
}
