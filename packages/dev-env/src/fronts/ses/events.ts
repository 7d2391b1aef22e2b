import { randomUUID } from "node:crypto";

import type { Fate } from "./behaviour.ts";
import type { Message } from "./message.ts";

const ACCOUNT = "000000000000";

const bare = (address: string) => /<([^<>]+)>\s*$/.exec(address)?.[1] ?? address;

/** The part that all events of a mail share. */
function mailPart(message: Message, region: string) {
  const { id, at, from, to, tags, headers, subject } = message;
  const domain = bare(from).split("@").at(-1) ?? "";
  return {
    timestamp: at,
    source: from,
    sourceArn: `arn:aws:ses:${region}:${ACCOUNT}:identity/${domain}`,
    sendingAccountId: ACCOUNT,
    messageId: id,
    destination: to,
    headersTruncated: false,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    commonHeaders: { from: [from], to, messageId: id, subject },
    tags: {
      "ses:source-tls-version": ["TLSv1.3"],
      "ses:operation": ["SendRawEmail"],
      "ses:configuration-set": [message.configurationSet ?? ""],
      "ses:source-ip": ["127.0.0.1"],
      "ses:from-domain": [domain],
      "ses:caller-identity": ["tendril-worker"],
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
    },
  };
}

function bounce(kind: "Permanent" | "Transient", to: readonly string[], timestamp: string) {
  const permanent = kind === "Permanent";
  return {
    feedbackId: randomUUID(),
    bounceType: kind,
    bounceSubType: permanent ? "General" : "MailboxFull",
    bouncedRecipients: to.map((emailAddress) => ({
      emailAddress,
      action: "failed",
      status: permanent ? "5.1.1" : "4.2.2",
      diagnosticCode: permanent ? "smtp; 550 5.1.1 user unknown" : "smtp; 452 4.2.2 mailbox full",
    })),
    timestamp,
    reportingMTA: "dsn; mx.example.com",
  };
}

const delivery = (to: readonly string[], timestamp: string) => ({
  timestamp,
  processingTimeMillis: 412,
  recipients: to,
  smtpResponse: "250 2.6.0 Message received",
  remoteMtaIp: "127.0.0.1",
  reportingMTA: "mx.example.com",
});

const complaint = (to: readonly string[], timestamp: string) => ({
  feedbackId: randomUUID(),
  complaintSubType: null,
  complainedRecipients: to.map((emailAddress) => ({ emailAddress })),
  timestamp,
  userAgent: "Example Feedback Loop/1.0",
  complaintFeedbackType: "abuse",
  arrivalDate: timestamp,
});

const delay = (to: readonly string[], timestamp: string) => ({
  timestamp,
  delayType: "MailboxFull",
  expirationTime: new Date(Date.parse(timestamp) + 50_400_000).toISOString(),
  delayedRecipients: to.map((emailAddress) => ({
    emailAddress,
    status: "4.2.2",
    diagnosticCode: "smtp; 452 4.2.2 mailbox full",
  })),
});

/** What SES tells of a mail from its sending to its fate, one JSON text each. */
export function eventsOf(message: Message, fate: Fate, region: string): string[] {
  const mail = mailPart(message, region);
  const now = new Date().toISOString();
  const { to } = message;
  const send = { eventType: "Send", mail, send: {} };
  const delivered = { eventType: "Delivery", mail, delivery: delivery(to, now) };
  const told: Record<Fate, object[]> = {
    none: [send],
    delivery: [send, delivered],
    bounce: [send, { eventType: "Bounce", bounce: bounce("Permanent", to, now), mail }],
    "soft-bounce": [send, { eventType: "Bounce", bounce: bounce("Transient", to, now), mail }],
    delay: [send, { eventType: "DeliveryDelay", mail, deliveryDelay: delay(to, now) }],
    complaint: [send, delivered, { eventType: "Complaint", complaint: complaint(to, now), mail }],
    reject: [send, { eventType: "Reject", mail, reject: { reason: "Bad content" } }],
  };
  return told[fate].map((event) => JSON.stringify(event));
}
