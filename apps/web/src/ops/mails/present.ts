import type { FoundMail } from "@tendril/operations";

import { when } from "../present.ts";

const bad: ReadonlySet<string | null> = new Set([
  "refused",
  "unknown",
  "suppressed",
  "soft-bounced",
  "bounced",
  "complained",
  "rejected",
]);

const tag = (text: string) => ({ text, tone: bad.has(text) ? "bad" : "plain" });

const died = { text: "its job died", tone: "bad" };

/** A mail that waits for a dead job waits for an operator. */
function presentWay({ status, delivery, job }: FoundMail) {
  const waitsForNobody = job?.state === "dead" && (status === "waiting" || status === "sending");
  return [waitsForNobody ? died : tag(status), ...(delivery === null ? [] : [tag(delivery)])];
}

export function presentMail(mail: FoundMail, now: Date) {
  const { id, recipient, template, error, createdAt, username, job } = mail;
  return {
    id,
    recipient,
    template,
    tags: presentWay(mail),
    error: error ?? (job?.state === "dead" ? firstLine(job.lastError ?? "") : null),
    username,
    at: when(createdAt, now),
    letter: job?.openLetter ? { id: job.openLetter, href: `/ops/letters/${job.openLetter}` } : null,
    jobHref: job && `/ops/jobs/${job.id}`,
  };
}

const firstLine = (text: string) => text.split("\n", 1)[0] ?? "";
