import type { BatchResultErrorEntry, Message } from "@aws-sdk/client-sqs";

export type BatchEntry = { Id: string; ReceiptHandle: string | undefined };
type Answer = { Failed?: BatchResultErrorEntry[] | undefined };

/**
 * One request for up to ten messages. SQS answers for each of them, and a request that succeeds may hold some that
 * failed: those are tried once more.
 */
export async function requestForAll(
  messages: readonly Message[],
  request: (Entries: BatchEntry[]) => Promise<Answer>,
  again = true,
): Promise<void> {
  const entries = messages.map(({ ReceiptHandle }, index) => ({
    Id: String(index),
    ReceiptHandle,
  }));
  const { Failed = [] } = await request(entries);
  if (Failed.length === 0) return;
  if (!again) throw new Error(`SQS refused ${Failed.length} messages: ${Failed[0]?.Message}`);
  const failed = new Set(Failed.map(({ Id }) => Id));
  const others = messages.filter((_, index) => failed.has(String(index)));
  return requestForAll(others, request, false);
}
