import { createServer } from "node:http";

import { listen, run } from "@tendril/runtime";
import { z } from "zod";

const answers = z.record(
  z.string(),
  z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.base64() }),
);
/** By path. */
export type RawAnswers = z.infer<typeof answers>;

/** What one writes to learn what Node can do at best: the bytes are there, and nothing is asked. */
await run(async () => {
  const given = answers.parse(JSON.parse(process.env["TENDRIL_BENCH_ANSWERS"] ?? "{}"));
  const byPath = new Map(
    Object.entries(given).map(([path, { status, headers, body }]) => [
      path,
      { status, headers, body: Buffer.from(body, "base64") },
    ]),
  );
  const server = createServer((req, res) => {
    const answer = byPath.get(req.url ?? "");
    if (!answer) return void res.writeHead(404).end();
    res.writeHead(answer.status, answer.headers).end(answer.body);
  });
  return listen(server, Number(process.env["PORT"]));
});
