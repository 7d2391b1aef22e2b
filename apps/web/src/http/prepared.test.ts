import { createServer, request, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { listen } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { prepare } from "./prepared.ts";

const text = `<p>${"Ein grüner Trieb 🌿 ".repeat(500)}</p>`;
const headers = { "Content-Type": "text/html; charset=utf-8", Vary: "Cookie" };
const prepared = prepare(text, headers);

let server: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  const answer = createServer((req, res) => prepared.send(req, res, ["X-Request-Id", "1"]));
  server = await listen(answer, 0);
});
afterAll(() => server?.[Symbol.asyncDispose]());

async function ask(headers: Record<string, string> = {}, method = "GET") {
  const asked = request({ port: server.port, headers, method }).end();
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    asked.once("response", resolve).once("error", reject),
  );
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}
const encodingFor = async (accepted: string) =>
  (await ask({ "accept-encoding": accepted })).headers["content-encoding"];

test("goes out in each of its forms, under a tag of its own", async () => {
  await expect.poll(() => encodingFor("br")).toBe("br");
  await expect.poll(() => encodingFor("gzip")).toBe("gzip");
  const plain = await ask();
  const br = await ask({ "accept-encoding": "gzip, deflate, br, zstd" });
  const gzip = await ask({ "accept-encoding": "gzip" });
  expect(plain.body.toString()).toBe(text);
  expect(brotliDecompressSync(br.body).toString()).toBe(text);
  expect(gunzipSync(gzip.body).toString()).toBe(text);
  const tags = [plain, br, gzip].map((answer) => answer.headers.etag);
  expect(new Set(tags).size).toBe(3);
  for (const answer of [plain, br, gzip])
    expect(answer.headers).toMatchObject({
      vary: "Cookie, Accept-Encoding",
      "content-length": String(answer.body.length),
      "x-request-id": "1",
    });
});

test.each([
  ["", undefined],
  ["identity", undefined],
  ["br;q=0, gzip;q=0.5", "gzip"],
  ["gzip;q=0", undefined],
  ["*", "br"],
  ["BR", "br"],
])("accepting %j gives %s", async (accepted, encoding) => {
  await expect.poll(() => encodingFor("gzip")).toBe("gzip");
  await expect.poll(() => encodingFor(accepted)).toBe(encoding);
});

test("is not sent again to whoever holds it, in whatever form and however a proxy names it", async () => {
  const { headers } = await ask();
  const tag = headers.etag ?? "";
  for (const known of [tag, `W/${tag}`, `"other", ${tag.slice(0, -1)}-br"`]) {
    const answer = await ask({ "if-none-match": known });
    expect([known, answer.status, answer.body.length]).toEqual([known, 304, 0]);
    expect(answer.headers).toMatchObject({ etag: tag, "x-request-id": "1" });
    expect(answer.headers["content-type"]).toBeUndefined();
  }
  expect((await ask({ "if-none-match": '"another"' })).status).toBe(200);
});

test("tells its length to whoever asks for the head alone", async () => {
  const head = await ask({}, "HEAD");
  expect([head.status, head.body.length]).toEqual([200, 0]);
  expect(head.headers["content-length"]).toBe(String(Buffer.byteLength(text)));
});

test("has another tag when its bytes or its headers are others, and the same when both are the same", () => {
  const tagOf = (...made: Parameters<typeof prepare>) => prepare(...made).tag;
  expect(tagOf(text, headers)).toBe(prepared.tag);
  expect(tagOf(`${text}.`, headers)).not.toBe(prepared.tag);
  expect(tagOf(text, { ...headers, "Content-Security-Policy": "x" })).not.toBe(prepared.tag);
});
