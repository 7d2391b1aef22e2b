import { z } from "zod";

/** What travels through SQS: a pointer. The row is the truth. */
const jobMessage = z.object({
  id: z.uuid(),
  generation: z.int().nonnegative(),
  name: z.string(),
  version: z.int().positive(),
  trace: z.string(),
});
export type JobMessage = z.output<typeof jobMessage>;

export function encodeMessage({ id, generation, name, version, trace }: JobMessage): string {
  return JSON.stringify({ id, generation, name, version, trace });
}

/** Null when it is not one of ours. */
export function decodeMessage(body: string | undefined): JobMessage | null {
  try {
    return jobMessage.parse(JSON.parse(body ?? ""));
  } catch {
    return null;
  }
}
