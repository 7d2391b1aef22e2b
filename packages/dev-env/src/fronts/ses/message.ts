import { simpleParser } from "mailparser";
import { z } from "zod";

/** What is kept beside the raw message. */
export const envelope = z.object({
  id: z.string(),
  at: z.string(),
  from: z.string(),
  to: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  configurationSet: z.string().optional(),
});
export type Envelope = z.infer<typeof envelope>;

/** A message as it was received: the envelope, and what a mail program makes of the raw bytes. */
export type Message = Envelope & {
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
};

export async function readMessage(sent: Envelope, raw: Buffer): Promise<Message> {
  const parsed = await simpleParser(raw, { skipTextToHtml: true, skipImageLinks: true });
  return {
    ...sent,
    subject: parsed.subject ?? "",
    text: parsed.text ?? "",
    html: parsed.html || "",
    headers: Object.fromEntries(
      parsed.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(":") + 1).trim()]),
    ),
  };
}
