import type { MailSummary } from "@tendril/operations";

import { when } from "../present.ts";
import { hrefWith } from "../query.ts";

const bad: ReadonlySet<string | null> = new Set([
  "refused",
  "unknown",
  "suppressed",
  "soft-bounced",
  "bounced",
  "complained",
  "rejected",
]);

/** A mail and its job are made in one transaction, in either order. */
const enqueuedWithinMs = 10_000;

const tag = (text: string) => ({ text, tone: bad.has(text) ? "bad" : "plain" });

export function presentMail(mail: MailSummary, now: Date) {
  const { id, recipient, template, status, error, createdAt, delivery, username } = mail;
  return {
    id,
    recipient,
    template,
    tags: [tag(status), ...(delivery === null ? [] : [tag(delivery)])],
    error,
    username,
    at: when(createdAt, now),
    jobHref: hrefWith("/ops/jobs", {
      name: "send-email",
      payload: `"emailId":${id}}`,
      since: new Date(createdAt.getTime() - enqueuedWithinMs).toISOString(),
    }),
  };
}
