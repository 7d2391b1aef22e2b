import { findTick, findTraceRow, type Database } from "@tendril/database";

import { span, type Span } from "./spans.ts";

/** Where a journey began. */
export type Origin = {
  kind: "request" | "command" | "tick" | "other";
  /** `POST /upload`, `tick of send-digests at 2026-11-21 06:00`. */
  title: string;
  /** What the title does not say. */
  text: string | null;
  spans: Span[];
};

export async function findOrigin(db: Database, trace: string): Promise<Origin> {
  return (await requestOf(db, trace)) ?? (await tickOf(db, trace)) ?? guess(trace);
}

async function requestOf(db: Database, trace: string): Promise<Origin | null> {
  const row = await findTraceRow(db, trace);
  if (!row) return null;
  const { kind, what, instance, release, startedAt, wroteAt, committedAt, endedAt, status } = row;
  const where = { instance, release };
  const refused = status !== null && status >= 500 ? { outcome: "failed" as const } : {};
  return {
    kind,
    title: what,
    text: status === null ? null : `answered with ${status}`,
    spans: [
      span("request", kind, startedAt, wroteAt, where),
      span("transaction", "transaction", wroteAt, committedAt, where),
      span("answer", kind === "request" ? "answer" : "rest", committedAt, endedAt, {
        ...where,
        ...refused,
      }),
    ],
  };
}

async function tickOf(db: Database, trace: string): Promise<Origin | null> {
  const [, task, digits = ""] = /^tick-(.+)-(\d{12})$/.exec(trace) ?? [];
  if (!task) return null;
  const minute = digits.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/, "$1-$2-$3 $4:$5");
  const title = `tick of ${task} at ${minute}`;
  const tick = await findTick(db, task, new Date(`${minute.replace(" ", "T")}Z`));
  if (!tick) return { kind: "tick", title, text: null, spans: [] };
  const { state, firstReceivedAt, notedAt, tries, instance } = tick;
  const came = state === "made-up" ? "it did not come, and was made up for" : `came ${tries}×`;
  const at = firstReceivedAt ?? notedAt;
  return {
    kind: "tick",
    title,
    text: came,
    spans: [span("request", state === "made-up" ? "noted" : "received", at, at, { instance })],
  };
}

/** What is not written down: its name says what began it. */
function guess(trace: string): Origin {
  const other = (title: string, text: string | null = null): Origin => ({
    kind: "other",
    title,
    text,
    spans: [],
  });
  const [, prefix, rest = ""] = /^(mail|restore|sweep)-(.+)$/.exec(trace) ?? [];
  if (prefix === "mail") return other(`mail ${rest}, again`, "SES showed no trace of it");
  if (prefix === "restore") return other("an original", "it came back from the archive");
  if (prefix === "sweep") return other("the sweep of uploads", "it found this photo on its way");
  const isRequest = /^[\da-f]{8}-[\da-f]{4}-7/.test(trace);
  if (!isRequest) return other(trace);
  return other("a request", "it is not on record: its instance ended before it was written down");
}
