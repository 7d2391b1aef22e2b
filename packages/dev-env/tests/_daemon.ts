import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Seen = { path: string; headers: IncomingHttpHeaders; body: string };

/** An app that notes what it is asked, and answers as it is told. */
export async function startApp(
  answer: (response: ServerResponse, seen: Seen, count: number) => void,
) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const one = {
      path: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    seen.push(one);
    answer(response, one, seen.length);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

export const ok = (response: ServerResponse): void => void response.writeHead(200).end();
export const status = (code: number) => (response: ServerResponse) =>
  void response.writeHead(code).end();

export function cronFileWith(content: string): { path: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), "tendril-cron-"));
  const path = join(folder, "cron.yaml");
  writeFileSync(path, content);
  return {
    path,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const cronYaml = (schedules: Record<string, string>): string =>
  `version: 1\ncron:\n${Object.entries(schedules)
    .map(([name, at]) => `  - name: ${name}\n    url: /tasks/${name}\n    schedule: "${at}"\n`)
    .join("")}`;

/** A clock that stands still until it is moved. */
export function handClock(time: string) {
  let at = new Date(time);
  return {
    now: () => at,
    set(time: string) {
      at = new Date(time);
    },
  };
}
