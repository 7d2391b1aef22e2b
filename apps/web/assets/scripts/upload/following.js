// Follows what the worker does with the photos that were sent.

/**
 * @import { State } from "../photos/follow.js"
 * @import { Item } from "./items.js"
 */

import { followPhotos } from "../photos/follow.js";
import { fetchTile } from "../photos/tile.js";
import { announce } from "./announce.js";
import { itemsIn } from "./items.js";
import { find, summary } from "./page.js";
import { showFailed, showReady } from "./row.js";

/** @type {(() => void) | null} */
let unfollow = null;

const preparing = () => itemsIn("processing").filter((item) => item.slug);

export function follow() {
  if (unfollow || preparing().length === 0) return;
  unfollow = followPhotos(
    (state) => {
      for (const item of preparing()) if (item.slug === state.slug) void settle(item, state);
    },
    () => Promise.all(preparing().map(ask)),
  );
}

/** @param {Item} item */
export async function ask(item) {
  const response = await fetch(`/api/photos/${item.slug}/status`, {
    headers: { accept: "application/json" },
  }).catch(() => null);
  if (response?.ok) await settle(item, await response.json());
  if (item.stage === "processing") follow();
}

/** @param {Item} item @param {State} state */
async function settle(item, state) {
  if (item.stage !== "processing") return;
  if (state.status === "failed")
    showFailed(item, state.reason ?? "This photo could not be used.", state.canRetry === true);
  if (state.status === "ready") {
    showReady(item, state.href ?? `/photos/${item.slug}`);
    await showServed(item);
  }
  if (preparing().length > 0) return;
  unfollow?.();
  unfollow = null;
  if (itemsIn("queued", "sending").length === 0) announce(summary.textContent ?? "");
}

/** Puts the picture as others see it in place of the preview. @param {Item} item */
async function showServed(item) {
  const tile = await fetchTile(item.slug ?? "").catch(() => null);
  const picture = tile?.querySelector("picture");
  if (!picture) return;
  picture.querySelector("img")?.removeAttribute("class");
  for (const part of picture.children) part.setAttribute("sizes", "6rem");
  find(item.element, ".queue__preview").replaceChildren(picture);
}
