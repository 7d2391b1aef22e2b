import { DeleteMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";

const most = 10;
const longestMs = 2_000;

/** Deletes ten at a time, or what there is every two seconds: whoever crashes in between gets them again. */
export function createDeletions(sqs: SQSClient, QueueUrl: string) {
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const remove = async (receipts: readonly string[]) => {
    const Entries = receipts.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    try {
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    } catch {
      // What is not deleted comes again.
    }
  };
  const flush = async () => {
    clearTimeout(timer);
    timer = undefined;
    const receipts = waiting;
    waiting = [];
    if (receipts.length > 0) last = Promise.all([last, remove(receipts)]);
    await last;
  };
  return {
    add(receipt: string) {
      waiting.push(receipt);
      if (waiting.length === most) void flush();
      else timer ??= setTimeout(() => void flush(), longestMs);
    },
    flush,
    /** A crash: what was not sent yet is forgotten. */
    forget() {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
