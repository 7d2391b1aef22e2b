import { mailEvents, cronQueue, type AnyQueueName } from "@tendril/jobs";
import { lookAtQueues, purgeQueue, readQueueName } from "@tendril/operations";
import type { Command } from "commander";

import { agreed, changing, type ChangeOptions } from "../../change.ts";
import type { OpenContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { counted } from "../../output/words.ts";
import { onRecord } from "./on-record.ts";

export function purgeCommand(queue: Command, open: OpenContext): void {
  const command = changing(
    queue.command("purge <name>").description("delete all messages of a queue, for good"),
  );
  examples(command, [
    ["queue purge media --reason 'flooded by mistake'", "messages only: their jobs are sent again"],
    ["queue purge mail-dead --reason 'test messages' --yes", "unfiled messages, without asking"],
  ]);
  command.action(async (name: string, options: ChangeOptions) => {
    const context = open();
    const { output } = context;
    const queue = readQueueName(name);
    const all = await lookAtQueues(context.queues());
    const own = all.find((row) => row.queue === queue);
    const count = own
      ? own.visible + own.inFlight + own.delayed
      : (all.find((row) => `${row.queue}-dead` === queue)?.dead ?? 0);
    const question = `Delete about ${counted(count, "message")} of ${queue}? ${consequence(queue)}`;
    if (!(await agreed(context, options, question))) return;
    const action = { action: "queue purge", queue, reason: options.reason, before: { count } };
    await onRecord(context, action, () => purgeQueue(context.queues(), queue));
    output.result({ queue, about: count }, () => [
      `${queue} is being emptied; SQS takes up to a minute for it.`,
    ]);
  });
}

function consequence(queue: AnyQueueName): string {
  if (queue === mailEvents)
    return "What SES told of mails is lost: bounces go unnoticed, mails may stay unknown.";
  if (queue === cronQueue) return "Ticks that are in there never come, and are noted as missed.";
  if (queue.endsWith("-dead")) return "What is not a job of ours is lost; jobs stay in the ledger.";
  return "No job is lost: the ledger has them, and relays send them again, some only after an hour.";
}
