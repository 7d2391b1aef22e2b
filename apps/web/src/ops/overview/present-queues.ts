import {
  dueCountedUpTo,
  spellDuration,
  type ChartSpan,
  type History,
  type QueueHistory,
} from "@tendril/operations";
import { minutes } from "@tendril/runtime";

import { counted, exactly, when } from "../present.ts";
import { drawChart } from "./chart.ts";

const spans: Record<ChartSpan, string> = {
  "1h": "1 h",
  "6h": "6 h",
  "1d": "1 day",
  "7d": "7 days",
};

export const spanNames = Object.keys(spans).filter((name): name is ChartSpan => name in spans);

export function presentQueues(history: History, span: ChartSpan, now: Date) {
  const { sampledAt, queues } = history;
  return {
    spans: Object.entries(spans).map(([name, text]) => ({
      text,
      href: name === "6h" ? "/ops" : `/ops?span=${name}`,
      current: name === span,
    })),
    sampled: sampledAt ? when(sampledAt, now) : null,
    queues: queues.map((queue) => presentQueue(queue, history, span)),
  };
}

function presentQueue(
  { queue, latest, ...series }: QueueHistory,
  { from, stepMs }: History,
  span: ChartSpan,
) {
  const timeAt = (index: number) => {
    const [begin, end] = [index, index + 1].map((step) =>
      exactly(new Date(from.getTime() + step * stepMs)),
    );
    // The day is plain where the chart shows no other.
    const start = begin?.slice(span === "7d" ? 0 : 11, 16);
    return stepMs === minutes(1) ? `at ${start}` : `between ${start} and ${end?.slice(11, 16)}`;
  };
  const since = exactly(from);
  const common = { subject: queue, at: timeAt, since };
  return {
    name: queue,
    href: `/ops/jobs?queue=${queue}&state=queued`,
    letters: latest?.openLetters ?? 0,
    lettersHref: `/ops/letters?queue=${queue}`,
    facts: latest
      ? [
          `${counted(latest.due, "job", dueCountedUpTo)} due`,
          latest.inFlight === null ? "SQS does not answer" : `${latest.inFlight} in flight`,
          ...(latest.delayed ? [`${latest.delayed} delayed`] : []),
          ...(latest.dead ? [`${latest.dead} in ${queue}-dead`] : []),
        ]
      : ["no sample of the last minutes"],
    charts: [
      drawChart(series.waiting, {
        ...common,
        label: "Waiting",
        spell: (value) => value.toLocaleString("en-GB"),
        atLeast: 10,
        now: latest?.visible ?? null,
      }),
      drawChart(series.oldestMs, {
        ...common,
        label: "Oldest",
        spell: (ms) => (ms === 0 ? "none" : spellDuration(ms)),
        atLeast: 60_000,
        now: latest?.oldestMs ?? null,
      }),
      drawChart(series.finished, {
        ...common,
        label: "Per minute",
        spell: (value) => value.toLocaleString("en-GB"),
        atLeast: 10,
        now: latest?.finished ?? null,
      }),
    ],
  };
}
