// Marks what is shown as read, once somebody looks at it; what comes after that is offered.

/** Another server may have counted a moment before this page was read. */
const CERTAIN_MS = 1500;

const list = document.querySelector("[data-unread-count]");
const offer = document.querySelector("[data-new]");

/** Unread ones that are not on this page; not known before the server has said it. @type {number | undefined} */
let elsewhere;
let count = 0;

/** @param {string[]} seen */
async function read(seen) {
  const response = await fetch("/notifications/read", {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams(seen.map((each) => ["seen", each])),
  }).catch(() => null);
  if (response?.ok) elsewhere = (await response.json()).unread;
}

/** Browsers fetch and even draw pages that nobody looks at: only what is visible was seen. */
function readWhenVisible() {
  if (document.hidden) return;
  document.removeEventListener("visibilitychange", readWhenVisible);
  /** @type {NodeListOf<HTMLElement>} */
  const items = document.querySelectorAll("[data-unread]");
  const seen = [...items].map(({ dataset }) => dataset.unread ?? "");
  if (seen.length > 0) void read(seen);
  else elsewhere = Number(list?.getAttribute("data-unread-count"));
}

document.addEventListener("unread", (event) => {
  if (!(event instanceof CustomEvent)) return;
  count = event.detail;
  setTimeout(() => {
    if (elsewhere === undefined) return;
    if (count > elsewhere && offer instanceof HTMLElement) offer.hidden = false;
    else elsewhere = count;
  }, CERTAIN_MS);
});
document.addEventListener("visibilitychange", readWhenVisible);
readWhenVisible();
