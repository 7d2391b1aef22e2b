import type { IncomingMessage, ServerResponse } from "node:http";

import { type Front, openHttpFront } from "../front.ts";
import type { Mailbox } from "./mailbox.ts";
import { listPage, messagePage, missingPage } from "./pages.ts";

export interface InboxFront extends Front {
  readonly url: string;
}

type Answer = { status?: number; type: string; body: string | Buffer; policy?: string };

const PAGE =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-src 'self'";
/** Mail is shown as a mail program does: its styles and pictures, nothing that runs. */
const MAIL =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; font-src http: https: data:";
const REFRESH = `let shown = document.documentElement.dataset.newest;
setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch("/messages.json").catch(() => undefined);
  const messages = answer?.ok ? await answer.json() : [];
  if (messages.length > 0 && messages[0].id !== shown) location.reload();
}, 2000);`;

function answer(path: string, mailbox: Mailbox): Answer {
  const html = (body: string, status = 200): Answer => ({
    status,
    type: "text/html; charset=utf-8",
    body,
    policy: PAGE,
  });
  const json = (value: unknown): Answer => ({
    type: "application/json",
    body: JSON.stringify(value),
  });
  if (path === "/") return html(listPage(mailbox.list()));
  if (path === "/refresh.js") return { type: "text/javascript", body: REFRESH };
  if (path === "/messages.json") return json(mailbox.list());

  const [, encoded = "", view] = /^\/messages\/([^/]+)(?:\/(html|raw))?$/.exec(path) ?? [];
  const message = mailbox.find(decodeURIComponent(encoded));
  if (!message) return html(missingPage(), 404);
  if (view === "raw")
    return { type: "text/plain; charset=utf-8", body: mailbox.raw(message.id) ?? "" };
  // Links in a mail open beside the inbox, as in a mail program.
  if (view === "html")
    return {
      type: "text/html; charset=utf-8",
      body: message.html.replace(/<head>|^/, '$&<base target="_blank">'),
      policy: MAIL,
    };
  return html(messagePage(message));
}

/** The pages on which a person reads the mail of a space, and `/messages.json` for tests. */
export async function openInbox(mailbox: Mailbox, port = 0): Promise<InboxFront> {
  const front = await openHttpFront((request: IncomingMessage, response: ServerResponse) => {
    const {
      status = 200,
      type,
      body,
      policy,
    } = answer((request.url ?? "/").split("?", 1)[0] ?? "/", mailbox);
    response.writeHead(status, {
      "content-type": type,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...(policy ? { "content-security-policy": policy } : {}),
    });
    response.end(body);
  }, port);
  return { ...front, url: `http://localhost:${front.port}` };
}
