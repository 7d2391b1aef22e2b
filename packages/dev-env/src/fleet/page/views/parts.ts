import { html, type Html, type Part } from "../html.ts";

/** Of the machine's time zone. */
export const clockTime = (date: Date): string => date.toTimeString().slice(0, 8);

export const time = (date: Date): Html =>
  html`<time datetime="${date.toISOString()}">${clockTime(date)}</time>`;

/** Which of eight colours is an instance's, by the number in its name. */
export const hueOf = (instance: string): number =>
  ((Number(/\d+$/.exec(instance)?.[0] ?? 1) - 1) % 8) + 1;

/** Kept current by the page's script. */
export type Region = { id: string; body: Html };

export const live = ({ id, body }: Region): Html => html`<div id="${id}" data-live>${body}</div>`;

export function section(title: string, id: string, body: Part, note?: Part): Html {
  return html`<section class="panel panel--${id}" aria-labelledby="${id}-title">
    <div class="panel__head">
      <h2 id="${id}-title">${title}</h2>
      ${note !== undefined && html`<p class="panel__note">${note}</p>`}
    </div>
    ${body}
  </section>`;
}

/** A button that works without a script: a form of its own. */
export function action(to: string, label: string, kind = "", fields: Part = ""): Html {
  return html`<form class="action" method="post" action="${to}" data-action>
    ${fields}<button class="button button--small ${kind}">${label}</button>
  </form>`;
}

const decimals = (number: number, digits: number) => number.toFixed(digits).replace(/\.0+$/, "");
/** `120 ms`, `1.5 s` */
export const duration = (ms: number): string =>
  ms < 995 ? `${Math.round(ms)} ms` : `${decimals(ms / 1_000, 1)} s`;
