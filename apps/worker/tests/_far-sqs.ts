import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds that a call and its answer are on their way, and what happens when an answer sets out. */
export type Journey = { there?: number; back?: number; setsOut?: () => void };

/** SQS at the other end of a slow line: what it did is done, also when nobody waits for the answer any more. */
export async function openFarSqs(
  sqs: string,
  journeys: Readonly<Record<string, Journey>>,
): Promise<{ url: string } & AsyncDisposable> {
  const type = "application/x-amz-json-1.0";
  const server = createServer(async (request, response) => {
    const target = String(request.headers["x-amz-target"]);
    const journey = journeys[target.replace("AmazonSQS.", "")];
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const body = Buffer.concat(await request.toArray());
    await delay(journey?.there);
    const answer = await fetch(sqs, {
      method: "POST",
      headers: { "x-amz-target": target, "content-type": type },
      body,
      signal: gone.signal,
    })
      .then(async (got) => ({ status: got.status, text: await got.text() }))
      .catch(() => undefined);
    if (!answer) return void response.destroy();
    // The SDK calls a queue at the address that its URL names.
    const text = answer.text.replaceAll(sqs, url);
    // A long poll that found nothing is none of them.
    if (text !== "{}") journey?.setsOut?.();
    await delay(journey?.back);
    response.writeHead(answer.status, { "content-type": type }).end(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
