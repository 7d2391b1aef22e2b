// Follows the viewer's photos that are not ready, and puts each in its place once it is.

/** @import { State } from "./photos/follow.js" */

import { followPhotos } from "./photos/follow.js";
import { fetchTile } from "./photos/tile.js";

const announcer = document.getElementById("announcer");

/** @type {(() => void) | null} */
let unfollow = null;

function unsettled() {
  /** @type {NodeListOf<HTMLElement>} */
  const items = document.querySelectorAll('[data-pending]:not([data-status="failed"])');
  return [...items];
}

/** @param {string} text */
function announce(text) {
  if (announcer) announcer.textContent = text;
}

/** @param {HTMLElement} item */
function nameOf(item) {
  return item.querySelector(".pending__name, .waiting__name")?.textContent?.trim() || "Your photo";
}

/** @param {HTMLElement} item */
async function showReady(item) {
  if (item.dataset.whenReady === "open") {
    location.reload();
    return;
  }
  const tile = await fetchTile(item.dataset.slug ?? "");
  if (!tile || !item.isConnected) return;
  const hadFocus = item.contains(document.activeElement);
  announce(`${nameOf(item)} is ready.`);
  item.replaceWith(tile);
  if (hadFocus) tile.querySelector("a")?.focus();
}

/** @param {HTMLElement} item @param {State} state */
async function apply(item, state) {
  item.toggleAttribute("data-awaits-original", state.awaitsOriginal === true);
  item.toggleAttribute("data-can-retry", state.canRetry === true);
  if (state.status === "ready") {
    await showReady(item);
  } else if (item.dataset.status !== state.status) {
    item.dataset.status = state.status;
    const reason = item.querySelector("[data-reason]");
    if (reason) reason.textContent = state.reason ?? "";
    if (state.status === "failed")
      announce(`${nameOf(item)} could not be used. ${state.reason ?? ""}`);
  }
  if (unsettled().length === 0) rest();
}

/** Asks for each photo once: the stream tells only of changes and of what is still pending. */
async function ask() {
  for (const item of unsettled()) {
    try {
      const response = await fetch(item.dataset.statusHref ?? "", {
        headers: { accept: "application/json" },
      });
      if (response.ok) await apply(item, await response.json());
    } catch {
      return; // No network: the stream or the next poll asks again.
    }
  }
}

function rest() {
  unfollow?.();
  unfollow = null;
}

function follow() {
  if (unfollow || document.hidden || unsettled().length === 0) return;
  unfollow = followPhotos((state) => {
    for (const item of unsettled()) if (item.dataset.slug === state.slug) void apply(item, state);
  }, ask);
}

// A browser allows six connections to a host over HTTP/1.1: hidden tabs give theirs back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) rest();
  else follow();
});
follow();
