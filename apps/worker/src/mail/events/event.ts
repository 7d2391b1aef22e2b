import { z } from "zod";

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const recipients = z.array(z.object({ emailAddress: z.string() }));
/** What is only shown to operators must not make an event unreadable. */
const words = z.string().optional().catch(undefined);

const sesEvent = z.object({
  eventType: z.string(),
  mail: z.object({
    timestamp: time,
    messageId: z
      .string()
      .max(100)
      .regex(/^\p{ASCII}+$/u),
    destination: z.array(z.string()),
    tags: z.record(z.string(), z.array(z.string())).default({}),
  }),
  bounce: z
    .object({
      bounceType: z.string(),
      bounceSubType: words,
      timestamp: time,
      bouncedRecipients: z.array(z.object({ emailAddress: z.string(), diagnosticCode: words })),
    })
    .optional(),
  complaint: z
    .object({
      timestamp: time,
      complaintFeedbackType: words,
      complainedRecipients: recipients,
    })
    .optional(),
  delivery: z.object({ timestamp: time }).optional(),
  deliveryDelay: z.object({ timestamp: time, delayType: words }).optional(),
  reject: z.object({ reason: words }).optional(),
  failure: z.object({ errorMessage: words }).optional(),
});

/** As SES tells them: docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
export type SesEvent = z.output<typeof sesEvent>;

/** Each kind with the part that it must have. */
const parts: Partial<Record<string, keyof SesEvent>> = {
  Bounce: "bounce",
  Complaint: "complaint",
  Delivery: "delivery",
  DeliveryDelay: "deliveryDelay",
};

const snsEnvelope = z.object({ Type: z.literal("Notification"), Message: z.string() });

/** What SES says when a topic becomes its destination. */
const greeting = /^Successfully validated SNS topic for Amazon SES event publishing\.?\s*$/;

/** Null when it is none; "greeting" when SES only tries whether it can be heard. */
export function readEvent(body: string): SesEvent | "greeting" | null {
  const outer = parseJson(body);
  const wrapped = snsEnvelope.safeParse(outer);
  if (wrapped.success && greeting.test(wrapped.data.Message)) return "greeting";
  const read = sesEvent.safeParse(wrapped.success ? parseJson(wrapped.data.Message) : outer);
  if (!read.success) return null;
  const part = parts[read.data.eventType];
  return part && !read.data[part] ? null : read.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
