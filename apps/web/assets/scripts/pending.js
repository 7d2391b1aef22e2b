// Follows the viewer's photos that are not ready, and puts each in its place once it is.

/** @typedef {{ slug: string, status: string, reason?: string | null }} State */

const announcer = document.getElementById("announcer");
const POLL_MS = 3000;

/** @type {EventSource | null} */
let stream = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pollTimer;

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
  const response = await fetch(`/photos/${item.dataset.slug}/tile`);
  if (!response.ok || !item.isConnected) return;
  const tile = new DOMParser()
    .parseFromString(await response.text(), "text/html")
    .querySelector(".tile");
  if (!tile) return;
  const hadFocus = item.contains(document.activeElement);
  announce(`${nameOf(item)} is ready.`);
  item.replaceWith(tile);
  if (hadFocus) tile.querySelector("a")?.focus();
}

/** @param {HTMLElement} item @param {State} state */
async function apply(item, state) {
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

async function poll() {
  clearTimeout(pollTimer);
  await ask();
  if (unsettled().length > 0 && !document.hidden) pollTimer = setTimeout(poll, POLL_MS);
}

function rest() {
  stream?.close();
  stream = null;
  clearTimeout(pollTimer);
}

function follow() {
  if (stream || document.hidden || unsettled().length === 0) return;
  stream = new EventSource("/api/uploads/events");
  stream.addEventListener("open", ask);
  stream.addEventListener("upload", (event) => {
    /** @type {State} */
    const state = JSON.parse(event.data);
    for (const item of unsettled()) if (item.dataset.slug === state.slug) void apply(item, state);
  });
  stream.addEventListener("error", () => {
    if (stream?.readyState === EventSource.CLOSED) void poll();
  });
}

// A browser allows six connections to a host over HTTP/1.1: hidden tabs give theirs back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) rest();
  else follow();
});
follow();
