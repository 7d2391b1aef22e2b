import { escapeXml as text } from "../xml.ts";
import type { Message } from "./message.ts";

const STYLE = `
:root { color-scheme: light dark; --page: light-dark(#faf9f7, #161616); --card: light-dark(#fff, #202020);
  --line: light-dark(#e4e1dc, #333); --ink: light-dark(#23211e, #ececec); --soft: light-dark(#6b6660, #a09c97); --accent: light-dark(#2c6e49, #7cc49b); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-inline-size: 52rem; padding: 2rem 1rem; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.3rem; margin: 0 0 1rem; overflow-wrap: anywhere; } a { color: var(--accent); }
.list { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); overflow: hidden; }
.list li + li { border-block-start: 1px solid var(--line); }
.list a { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: .75rem 1rem; color: inherit; text-decoration: none; }
.list a:hover, .list a:focus-visible { background: var(--page); }
.list strong { overflow-wrap: anywhere; } .list span, .soft { color: var(--soft); font-size: .875rem; } .list .preview { grid-column: 1 / -1; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem 1rem; font-size: .875rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
iframe, pre { inline-size: 100%; margin: 0; border: 1px solid var(--line); border-radius: .6rem; } iframe { block-size: 34rem; border-color: #8886; }
pre { padding: 1rem; background: var(--card); white-space: pre-wrap; overflow-wrap: anywhere; } summary { cursor: pointer; margin-block: 1rem .5rem; }`;

const page = (title: string, body: string, newest = "", script = "") =>
  `<!doctype html><html lang="en" data-newest="${text(newest)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text(title)}</title><style>${STYLE}</style>${script}</head><body>${body}</body></html>`;

const when = (at: string) =>
  `<time datetime="${text(at)}">${text(at.slice(0, 16).replace("T", " "))} UTC</time>`;
const pathOf = (message: Message) => `/messages/${encodeURIComponent(message.id)}`;

function row(message: Message): string {
  const preview = message.text.replace(/\s+/g, " ").slice(0, 160);
  return `<li><a href="${pathOf(message)}"><strong>${text(message.subject || "(no subject)")}</strong><span>${when(message.at)}</span><span>to ${text(message.to.join(", "))}</span><span class="preview">${text(preview)}</span></a></li>`;
}

export function listPage(messages: readonly Message[]): string {
  const list =
    messages.length > 0
      ? `<ol class="list">${messages.map(row).join("")}</ol>`
      : `<p class="soft">Nothing yet. What the gallery sends shows up here by itself.</p>`;
  return page(
    "Mail",
    `<h1>Mail that the gallery has sent</h1>${list}`,
    messages[0]?.id,
    `<script src="/refresh.js" defer></script>`,
  );
}

export function messagePage(message: Message): string {
  const tags = Object.entries(message.tags).map(([name, value]) => `${name}=${value}`);
  const facts = {
    From: message.from,
    To: message.to.join(", "),
    ...(tags.length > 0 ? { Tags: tags.join(", ") } : {}),
  };
  const list = Object.entries(facts)
    .map(([name, value]) => `<dt>${name}</dt><dd>${text(value)}</dd>`)
    .join("");
  const plain = `<pre>${text(message.text)}</pre>`;
  const body = message.html
    ? `<iframe title="The message" src="${pathOf(message)}/html"></iframe><details><summary>As plain text</summary>${plain}</details>`
    : plain;
  return page(
    message.subject,
    `<p><a href="/">← All mail</a></p><h1>${text(message.subject || "(no subject)")}</h1><dl>${list}<dt>Sent</dt><dd>${when(message.at)}</dd></dl>${body}<p class="soft"><a href="${pathOf(message)}/raw">The raw message</a></p>`,
  );
}

export function missingPage(): string {
  return page("Not found", `<h1>There is no such message</h1><p><a href="/">All mail</a></p>`);
}
