import type { IncomingMessage, ServerResponse } from "node:http";

import { type Front, openHttpFront } from "../front.ts";
import { callBackend, readBody } from "../proxy.ts";
import { escapeXml as text } from "../xml.ts";
import { type Archived, type Glacier, isRestored } from "./glacier.ts";

export interface GlacierDesk extends Front {
  readonly url: string;
}

/** What the hours and months of S3 do by themselves. */
const deeds: Readonly<Record<string, (glacier: Glacier, key: string) => Promise<void>>> = {
  "/archive": (glacier, key) => glacier.archive(key),
  "/finish": (glacier, key) => glacier.finish(key),
  "/expire": (glacier, key) => glacier.expire(key),
};

const STYLE = `:root { color-scheme: light dark; } body { margin: 0 auto; max-inline-size: 52rem; padding: 2rem 1rem; font: 1rem/1.5 system-ui, sans-serif; }
li { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding-block: .4rem; } code { overflow-wrap: anywhere; } ul { list-style: none; padding: 0; }`;

const page = (body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>The archive</title><style>${STYLE}</style><h1>The archive</h1>${body}</html>`;

function row(key: string, known: Archived | undefined): string {
  const button = (deed: string, words: string) =>
    `<form method="post" action="${deed}"><input type="hidden" name="key" value="${text(key)}"><button>${words}</button></form>`;
  const offer = () => {
    if (!known) return ["at hand", button("/archive", "Archive it: months have passed")];
    if (known.restore?.state === "ongoing")
      return ["being restored", button("/finish", "Finish it: hours have passed")];
    if (isRestored(known, Date.now()))
      return ["restored", button("/expire", "Let it expire: days have passed")];
    return [`in ${known.storageClass}`, ""];
  };
  const [state = "", control = ""] = offer();
  return `<li><code>${text(key)}</code><span>${state}</span>${control}</li>`;
}

async function list(backend: string, { bucket, find }: Glacier): Promise<string> {
  const path = `/${bucket}?list-type=2&prefix=originals/`;
  const { outgoing, answered } = callBackend(backend, { method: "GET", path, headers: {} });
  outgoing.end();
  const xml = (await readBody(await answered, 4 * 1024 * 1024)).toString();
  const keys = [...xml.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = ""]) => key);
  const rows = await Promise.all(keys.map(async (key) => row(key, await find(key))));
  return page(
    `<p>Originals of the gallery, by the last part of their photos' addresses. What S3 does in months, hours and days is done here at once. The gallery looks every quarter of an hour for what has been restored, and then tells its photographer.</p><ul>${rows.join("")}</ul>`,
  );
}

/** Other pages of this browser have no business here. */
const isOwn = ({ headers }: IncomingMessage) =>
  headers.origin === undefined || headers.origin === `http://${headers.host}`;

/** The page, and address for commands, where a person plays the time that passes in S3. */
export async function openGlacierDesk(
  backend: string,
  glacier: Glacier,
  port = 0,
): Promise<GlacierDesk> {
  const send = (response: ServerResponse, status: number, body: string) =>
    response
      .writeHead(status, {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
      })
      .end(body);
  const front = await openHttpFront(async (request, response) => {
    const deed = deeds[request.url ?? "/"];
    if (request.method !== "POST") return void send(response, 200, await list(backend, glacier));
    if (!deed || !isOwn(request)) return void send(response, 403, page("<p>Not here.</p>"));
    const form = new URLSearchParams((await readBody(request, 4_096)).toString());
    try {
      await deed(glacier, form.get("key") ?? "");
      response.writeHead(303, { location: "/" }).end();
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      send(response, 409, page(`<p>${text(problem)}</p><p><a href="/">Back</a></p>`));
    }
  }, port);
  return { ...front, url: `http://localhost:${front.port}` };
}
