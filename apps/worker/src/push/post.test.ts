import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { setInterval } from "node:timers";

import { listen, messageOf } from "@tendril/runtime";
import { expect, test } from "vitest";

import { NeverReachedError, post } from "./post.ts";
import { anyReach, InsideAddressError, publicReach, type Reach } from "./reach.ts";

const never = new AbortController().signal;

/** Sends something to what answers like that; ten seconds are shorter here. */
async function sendTo(
  answer: RequestListener,
  { reach = anyReach, timeoutMs = 5_000 }: { reach?: Reach; timeoutMs?: number } = {},
) {
  const server = createServer(answer);
  await using listening = await listen(server, 0);
  try {
    return await send(`http://127.0.0.1:${listening.port}/push`, reach, timeoutMs);
  } finally {
    server.closeAllConnections();
  }
}

const send = (address: string, reach: Reach = anyReach, timeoutMs = 5_000) => {
  const request = { url: new URL(address), headers: { ttl: "60" }, body: Buffer.from("sealed") };
  return post(request, { reach, signal: never, timeoutMs });
};

test("what is sent arrives, and the answer is told", async () => {
  const came: unknown[] = [];
  const answer = await sendTo(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    came.push(request.method, request.headers["ttl"], Buffer.concat(chunks).toString());
    response.writeHead(429, { "retry-after": "12" }).end("Slow down");
  });
  expect(came).toEqual(["POST", "60", "sealed"]);
  expect(answer).toEqual({ status: 429, text: "Slow down", retryAfter: "12" });
});

test("a redirect is an answer and is not followed", async () => {
  let asked = 0;
  const inside = createServer((_, response) => {
    asked += 1;
    response.end();
  });
  await using listening = await listen(inside, 0);
  const location = `http://127.0.0.1:${listening.port}/latest/meta-data`;
  const answer = await sendTo((_, response) => response.writeHead(307, { location }).end());
  expect([answer.status, asked]).toEqual([307, 0]);
});

test("one who never answers is not waited for, and nobody knows what became of it", async () => {
  const sent = sendTo((request) => void request.resume(), { timeoutMs: 300 });
  await expect(sent).rejects.toThrow(/abort|timeout/i);
  await expect(sent).rejects.not.toThrow(NeverReachedError);
});

test.each([201, 410])("one who says %i letter by letter is not waited for", async (status) => {
  const began = performance.now();
  let dripping: NodeJS.Timeout | undefined;
  const answer = await sendTo(
    (_, response) => {
      response.writeHead(status);
      dripping = setInterval(() => response.write("."), 20);
    },
    { timeoutMs: 500 },
  );
  clearInterval(dripping);
  expect(answer.status).toBe(status);
  expect(performance.now() - began).toBeLessThan(4_000);
});

test("headers that come letter by letter are no answer", async () => {
  let dripping: NodeJS.Timeout | undefined;
  const server = createTcpServer((socket) => {
    socket.on("error", () => {}).write("HTTP/1.1 201 Created\r\nx: ");
    dripping = setInterval(() => socket.write("y"), 20);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await expect(send(`http://127.0.0.1:${port}`, anyReach, 400)).rejects.toThrow(/abort|timeout/i);
  clearInterval(dripping);
  server.close();
});

test("of megabytes a few words are read, and the connection is closed", async () => {
  let written = 0;
  let closed = false;
  const answer = await sendTo((_, response) => {
    response.writeHead(400);
    const block = Buffer.alloc(64 * 1024, "x");
    const write = () => {
      while (written < 200 * block.length && response.write(block)) written += block.length;
    };
    response.on("drain", write).on("error", () => {});
    response.on("close", () => {
      closed = true;
    });
    write();
  });
  expect(answer.text).toBe("x".repeat(300));
  expect(written).toBeLessThan(8 * 1024 * 1024);
  await expect.poll(() => closed).toBe(true);
});

test("a connection that breaks after the push went out leaves open what became of it", async () => {
  const sent = sendTo((request) => void request.on("data", () => request.destroy()));
  const thrown: unknown = await sent.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Error);
  expect(thrown).not.toBeInstanceOf(NeverReachedError);
});

test("where nobody listens nothing was sent", async () => {
  const listening = await listen(createServer(), 0);
  await listening[Symbol.asyncDispose]();
  await expect(send(`http://127.0.0.1:${listening.port}`)).rejects.toThrow(NeverReachedError);
});

test("where another language is spoken nothing was sent", async () => {
  await using listening = await listen(createServer(), 0);
  const sent = send(`https://127.0.0.1:${listening.port}`);
  await expect(sent).rejects.toThrow(NeverReachedError);
});

test("a name that leads here is not gone after", async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end();
  });
  server.on("connection", () => {
    asked += 1;
  });
  await using listening = await listen(server, 0);
  const here = publicReach(async () => [{ address: "127.0.0.1", family: 4 }]);
  const sent = send(`http://push.example.com:${listening.port}`, here);
  await expect(sent).rejects.toThrow(InsideAddressError);
  expect(asked).toBe(0);
});

test("an address without a name is looked at when it is connected to, before anything is said", async () => {
  let said = 0;
  const reach = publicReach();
  const sent = sendTo(
    () => {
      said += 1;
    },
    { reach },
  );
  const thrown: unknown = await sent.catch((error: unknown) => error);
  expect([thrown instanceof InsideAddressError, messageOf(thrown)]).toEqual([
    true,
    expect.stringContaining("private network"),
  ]);
  expect(said).toBe(0);
});
