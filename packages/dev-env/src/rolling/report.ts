import type { Deployment } from "../platform/index.ts";
import type { Accepted } from "../chaos/visitors.ts";
import { type Asked, kinds } from "../load/asked.ts";
import type { Books } from "./books.ts";

/** One deployment of both tiers at once. */
export type Rollout = { name: string; seconds: number; web: Deployment; worker: Deployment };

export type RollingReport = {
  seconds: number;
  rollouts: readonly Rollout[];
  asked: readonly Asked[];
  promised: Accepted;
  books: Books;
  /** How many pages came from which release. */
  pages: { this: number; next: number };
};

export const failuresOf = ({ asked, books }: RollingReport): string[] => [
  ...asked.filter(({ saw }) => saw !== "answer").map(({ kind, saw }) => `${kind}: ${saw}`),
  ...books.differences,
];

export function tableOf(report: RollingReport): string {
  const { asked, promised, books, rollouts, pages } = report;
  const requests = kinds.map((kind) => {
    const some = asked.filter((each) => each.kind === kind);
    const times = some.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
    const at = (share: number) => Math.round(times.at(Math.floor(times.length * share)) ?? 0);
    const failed = some.filter(({ saw }) => saw !== "answer").length;
    return `| ${kind} | ${some.length} | ${failed} | ${at(0.5)} ms | ${at(0.95)} ms | ${Math.round(times.at(-1) ?? 0)} ms |`;
  });
  const deployments = rollouts.map(({ name, seconds, web, worker }) => {
    const all = [...web.instances, ...worker.instances];
    const boots = all.map(({ bootMs }) => bootMs);
    const stops = all.flatMap(({ stops }) => stops);
    const longest = Math.max(0, ...stops.map(({ milliseconds }) => milliseconds));
    const killed = stops.filter(({ killed }) => killed).length;
    return `| ${name} | ${seconds} s | ${Math.round(Math.min(...boots))}…${Math.round(Math.max(...boots))} ms | ${Math.round(longest)} ms | ${killed} |`;
  });
  return [
    "| request | asked | failed | median | 95 % | longest |",
    "| --- | --- | --- | --- | --- | --- |",
    ...requests,
    "",
    "| deployment of both tiers | took | first 200 after | longest stop | killed |",
    "| --- | --- | --- | --- | --- |",
    ...deployments,
    "",
    `Pages of this release: ${pages.this}, of the next: ${pages.next}.`,
    `Photos promised ${promised.photos.length}, ready ${books.photosReady}; \
sign-ups ${promised.signUps.length}, mails ${books.mailsSent}; \
comments promised ${promised.words.length}, stored ${books.comments}.`,
    `Jobs: ${Object.entries(books.jobs)
      .map(([state, count]) => `${state === "queued" ? "planned for later" : state} ${count}`)
      .join(", ")}. In all ${report.seconds} s.`,
    ...verdict(report),
  ].join("\n");
}

function verdict(report: RollingReport): string[] {
  const failures = failuresOf(report);
  if (failures.length === 0) return ["✓ No failed request, no lost job."];
  const counted = Map.groupBy(failures, (failure) => failure);
  const listed = [...counted].slice(0, 30).map(([what, all]) => `  ${all.length} × ${what}`);
  return [`✗ ${failures.length} failures:`, ...listed];
}
