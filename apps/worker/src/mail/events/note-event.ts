import {
  findEmailMessage,
  findSoftBounces,
  forgetSoftBounces,
  noteEvidence,
  suppress,
  transaction,
  type Database,
  type Delivery,
  type Evidence,
} from "@tendril/database";
import { days } from "@tendril/runtime";

import type { SesEvent } from "./event.ts";

/** Bounces that may pass count as a bounce for good when nothing arrives any more: so many, over so long. */
const softBounces = 5;
const softBouncesOverMs = days(3);

/** The event is not about a mail of ours as we sent it: nobody may be suppressed because of it. */
export class ForeignEventError extends Error {
  override readonly name = "ForeignEventError";
}

/** One effect, however often and in whatever order events come. "stranger": there is no such mail (any more). */
export async function noteEvent(db: Database, event: SesEvent): Promise<"noted" | "stranger"> {
  const { id, generation } = mailOf(event);
  const mail = await findEmailMessage(db, id);
  if (!mail) return "stranger";
  if (generation > mail.generation)
    throw new ForeignEventError(`Mail ${id} was not sent in generation ${generation}`);
  demandRecipient(event, mail.recipient);
  const evidence = evidenceOf(event);
  await transaction(db, async (tx) => {
    await noteEvidence(tx, id, evidence);
    await drawConclusions(tx, mail.recipient, evidence);
  });
  return "noted";
}

function mailOf({ mail: { tags } }: SesEvent): { id: number; generation: number } {
  const number = (name: string) => {
    const [value = "", ...more] = tags[name] ?? [];
    return more.length === 0 && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
  };
  const id = number("mail");
  const generation = number("generation");
  if (id === undefined || generation === undefined)
    throw new ForeignEventError("The event does not name a mail of ours in its tags");
  return { id, generation };
}

const bare = (address: string) =>
  (/<([^<>]+)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase();

/** SES names who bounced or complained: that may be somebody else, behind a forwarding. */
function demandRecipient({ mail, bounce, complaint }: SesEvent, recipient: string): void {
  const lists = [
    mail.destination,
    bounce?.bouncedRecipients.map(({ emailAddress }) => emailAddress),
    complaint?.complainedRecipients.map(({ emailAddress }) => emailAddress),
  ];
  for (const list of lists)
    if (list && !list.some((address) => bare(address) === bare(recipient)))
      throw new ForeignEventError("The event is about another recipient than the mail's");
}

function evidenceOf({ eventType, mail, ...parts }: SesEvent): Evidence {
  const { bounce, complaint, delivery, deliveryDelay, reject, failure } = parts;
  const told = (
    delivery: Delivery | null,
    at: Date = mail.timestamp,
    error: string | null = null,
  ) => ({ sesMessageId: mail.messageId, sentAt: mail.timestamp, delivery, at, error });
  const join = (...words: (string | undefined)[]) => words.filter(Boolean).join(", ");
  switch (eventType) {
    case "Delivery":
      return told("delivered", delivery?.timestamp);
    case "DeliveryDelay":
      return told("delayed", deliveryDelay?.timestamp, join("Delayed", deliveryDelay?.delayType));
    case "Bounce": {
      const { bounceType, bounceSubType, bouncedRecipients } = bounce ?? {};
      const why = join(bounceType, bounceSubType, bouncedRecipients?.[0]?.diagnosticCode);
      return told(bounceType === "Permanent" ? "bounced" : "soft-bounced", bounce?.timestamp, why);
    }
    case "Complaint":
      // Mail programs also report what was in the spam folder by mistake.
      if (complaint?.complaintFeedbackType === "not-spam") return told(null);
      return told(
        "complained",
        complaint?.timestamp,
        join("Complaint", complaint?.complaintFeedbackType),
      );
    case "Reject":
      return told("rejected", undefined, join("SES rejected it", reject?.reason));
    case "Rendering Failure":
      return told("rejected", undefined, join("SES could not render it", failure?.errorMessage));
    default:
      // Send, and whatever else SES can only tell of a mail that it has.
      return told(null);
  }
}

async function drawConclusions(
  tx: Database,
  address: string,
  { delivery, at, error }: Evidence,
): Promise<void> {
  const detail = error ?? "";
  switch (delivery) {
    case "bounced":
      return suppress(tx, { address, reason: "bounce", permanent: true, since: at, detail });
    case "complained":
      return suppress(tx, { address, reason: "complaint", permanent: true, since: at, detail });
    case "delivered":
      return forgetSoftBounces(tx, address, at);
    case "soft-bounced": {
      const { count, firstAt, lastAt } = await findSoftBounces(tx, address);
      if (!firstAt || !lastAt || count < softBounces) return;
      if (lastAt.getTime() - firstAt.getTime() < softBouncesOverMs) return;
      return suppress(tx, { address, reason: "bounce", permanent: false, since: lastAt, detail });
    }
  }
}
