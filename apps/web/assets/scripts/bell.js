// Keeps the number of unread notifications in the header live.

const MOST = 99;
const TRY_AGAIN_MS = 30_000;

const bell = document.querySelector("[data-bell]");
const place = document.querySelector("[data-bell-count]");

/** @type {EventSource | null} */
let stream = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let again;

/** @param {number} count */
function show(count) {
  if (!bell || !(place instanceof HTMLElement)) return;
  const text = count > MOST ? `${MOST}+` : String(count);
  place.textContent = text;
  place.hidden = count === 0;
  bell.setAttribute("aria-label", count === 0 ? "Notifications" : `Notifications, ${text} unread`);
  document.dispatchEvent(new CustomEvent("unread", { detail: count }));
}

function follow() {
  clearTimeout(again);
  if (stream || document.hidden) return;
  stream = new EventSource("/api/notifications/events");
  stream.addEventListener("unread", (event) => show(JSON.parse(event.data).count));
  stream.addEventListener("error", () => {
    // A lost connection is made again by the browser itself; a refusal is not.
    if (stream?.readyState !== EventSource.CLOSED) return;
    rest();
    again = setTimeout(follow, TRY_AGAIN_MS);
  });
}

function rest() {
  clearTimeout(again);
  stream?.close();
  stream = null;
}

// A browser allows six connections to a host over HTTP/1.1: hidden tabs give theirs back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) rest();
  else follow();
});
window.addEventListener("pagehide", rest);
window.addEventListener("pageshow", follow);
follow();
