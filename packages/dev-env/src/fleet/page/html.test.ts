import { expect, it } from "vitest";

import { html } from "./html.ts";

it("escapes what is put into it, and markup only once", () => {
  const inner = html`<b title="${`"'`}">${"<script>&"}</b>`;
  expect(String(html`<p>${inner}${[inner, 2]}${undefined}${false}</p>`)).toBe(
    `<p>${`<b title="&quot;&#39;">&lt;script&gt;&amp;</b>`.repeat(2)}2</p>`,
  );
});
