import { setTimeout as delay } from "node:timers/promises";

import {
  dueCountedUpTo,
  liveQueueNames,
  lookAtQueues,
  readFigures,
  spellDuration,
  type Figures,
  type RawQueue,
} from "@tendril/operations";
import type { AnyQueueName } from "@tendril/jobs";
import { messageOf } from "@tendril/runtime";
import { InvalidArgumentError, type Command } from "commander";

import type { OpenContext, OpsContext } from "../context.ts";
import { examples, remark } from "../help.ts";
import { table, type Column } from "../output/table.ts";
import { counted, when } from "../output/words.ts";

type Options = { watch?: true | number };

/** What is not known is null. */
type Row = { queue: AnyQueueName } & {
  [Figure in Exclude<keyof RawQueue, "queue"> | "due" | "oldestMs" | "openLetters"]: number | null;
};
type Look = {
  at: Date;
  queues: Row[];
  alive: Figures["alive"] | null;
  /** Why the database's part is missing. */
  missing: string | null;
  /** Why that of SQS is. */
  sqsMissing: string | null;
};

const columns: readonly Column<Row>[] = [
  { head: "QUEUE", of: ({ queue }) => queue },
  { head: "WAITING", of: ({ visible }) => visible, right: true },
  { head: "IN FLIGHT", of: ({ inFlight }) => inFlight, right: true },
  { head: "DELAYED", of: ({ delayed }) => delayed, right: true },
  {
    head: "DUE",
    of: ({ due }) => (due === dueCountedUpTo ? `${due}+` : due),
    right: true,
  },
  {
    head: "OLDEST",
    of: ({ oldestMs }) => (oldestMs === null ? null : spellDuration(oldestMs)),
    right: true,
  },
  { head: "LETTERS", of: ({ openLetters }) => openLetters, right: true },
  { head: "IN -DEAD", of: ({ dead }) => dead, right: true },
];

export function queuesCommand(program: Command, open: OpenContext): void {
  const queues = program
    .command("queues")
    .description("what waits in each queue, since when, and who works on it")
    .option(
      "--watch [seconds]",
      "again and again until Ctrl-C, every 2 seconds if not said",
      pause,
    );
  examples(queues, [
    ["queues", "how things are"],
    ["queues --watch", "how they are going"],
    ["queues --json", "for scripts; exit code 1 when SQS, the database or all workers are away"],
  ]);
  remark(
    queues,
    "WAITING, IN FLIGHT and DELAYED are SQS's estimates. DUE and OLDEST are the ledger's: jobs that could begin, and how " +
      "long the oldest has waited. LETTERS are open ones on the dead-letter desk; what stays IN -DEAD was not filed there yet. " +
      "Looking changes no receive count.",
  );
  queues.action(async ({ watch }: Options) => {
    const context = open();
    const { output } = context;
    if (watch === undefined) {
      const look = await lookAround(context);
      output.result(look, () => screenOf(look, output.columns));
      for (const problem of missingFrom(look)) output.problem(problem);
      if (look.alive?.worker === 0) output.problem("No worker is alive: nothing is worked on.");
      return;
    }
    const everyMs = (watch === true ? 2 : watch) * 1_000;
    for (;;) {
      const look = await lookAround(context);
      output.screen(look, () => [
        `${when(look.at)} UTC, Ctrl-C ends this`,
        "",
        ...screenOf(look, output.columns),
        ...missingFrom(look).flatMap((problem) => ["", problem]),
      ]);
      await delay(everyMs);
    }
  });
}

/** SQS and the database may be away, each by itself, and are tried again at the next look. */
async function lookAround({ clock, queues, operations }: OpsContext): Promise<Look> {
  const at = clock.now();
  const [raw, known] = await Promise.all([
    lookAtQueues(queues()).catch((error: unknown) => messageOf(error)),
    operations()
      .then(({ db }) => readFigures(db, at))
      .catch((error: unknown) => messageOf(error)),
  ]);
  const figures = typeof known === "string" ? undefined : known;
  const nothing = { visible: null, inFlight: null, delayed: null, dead: null };
  const seen =
    typeof raw === "string" ? liveQueueNames.map((queue) => ({ queue, ...nothing })) : raw;
  return {
    at,
    queues: seen.map((row) => {
      const ledger = figures?.queues.find(({ queue }) => queue === row.queue);
      const { due = null, oldestMs = null, openLetters = null } = ledger ?? {};
      return { ...row, due, oldestMs, openLetters };
    }),
    alive: figures?.alive ?? null,
    missing:
      typeof known === "string"
        ? `Without the database nobody knows what is due, since when, the letters, and who is alive. ${known}`
        : null,
    sqsMissing: typeof raw === "string" ? raw : null,
  };
}

const missingFrom = ({ missing, sqsMissing }: Look): string[] =>
  [sqsMissing, missing].filter((problem) => problem !== null);

function screenOf({ queues, alive }: Look, width: number): string[] {
  const lines = table(queues, columns, width);
  if (!alive) return lines;
  const { web, worker } = alive;
  return [...lines, "", `Alive: ${counted(web, "web instance")}, ${counted(worker, "worker")}.`];
}

function pause(text: string): number {
  const seconds = Number(text);
  if (!(seconds >= 0.5 && seconds <= 3_600))
    throw new InvalidArgumentError("Write seconds, from 0.5 to 3600.");
  return seconds;
}
