import { queueNames, type QueueName } from "@tendril/jobs";
import { seconds } from "@tendril/runtime";

import { consume, type QueueConsumer } from "./consumer.ts";
import type { Engine } from "./engine.ts";

/** Elastic Beanstalk kills 30 s after SIGTERM; what runs gets this long to end before it is handed back. */
const finishMs = seconds(20);

/** All queues of this worker, until it is disposed of: stops receiving at once, then lets jobs finish. */
export function consumeAll(engine: Engine, slots: Record<QueueName, number>): AsyncDisposable {
  const stopping = new AbortController();
  const quick: QueueConsumer[] = [];

  /** Long work is for when there is room: it never goes before the quick. */
  const mayBegin = () => !quick.some((consumer) => consumer.isBusy());
  for (const queue of queueNames.filter((name) => name !== "bulk")) {
    quick.push(consume(engine, queue, { slots: slots[queue], stopping: stopping.signal }));
  }
  const options = { slots: slots.bulk, stopping: stopping.signal, mayBegin };
  const all = [...quick, consume(engine, "bulk", options)];

  return {
    async [Symbol.asyncDispose]() {
      const late = setTimeout(() => stopping.abort(), finishMs);
      await Promise.all(all.map((consumer) => consumer[Symbol.asyncDispose]()));
      clearTimeout(late);
    },
  };
}
