// Keeps regions of the page as the server has them: elements with an `id` and `data-live`.

const TIMEOUT_MS = 10_000;
const LONGEST_PAUSE_MS = 30_000;

const status = document.querySelector("[data-live-status]");
const text = document.querySelector("[data-live-text]");
const announcer = document.getElementById("announcer");
const everyMs = 1_000 * Number(status instanceof HTMLElement ? (status.dataset.every ?? "5") : "5");

/** What the server sent last, by the region's id. @type {Map<string, string>} */
const sent = new Map(regions(document).map((region) => [region.id, region.outerHTML]));
let updatedAt = new Date();
let failures = 0;
let asking = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let next;

/** @param {Document} from @returns {HTMLElement[]} */
function regions(from) {
  return [...from.querySelectorAll("[data-live][id]")].filter(
    (each) => each instanceof HTMLElement,
  );
}

/** Nothing is taken from under the hands of somebody who types, chooses or copies. @param {Element} region */
function isInUse(region) {
  const selection = getSelection();
  if (selection && !selection.isCollapsed && selection.containsNode(region, true)) return true;
  if (region.querySelector(":popover-open, dialog[open]")) return true;
  const fields = [...region.querySelectorAll("input, textarea, select")];
  return fields.some((field) => field === document.activeElement || isChanged(field));
}

/** @param {Element} field */
function isChanged(field) {
  if (field instanceof HTMLSelectElement)
    return [...field.options].some((option) => option.selected !== option.defaultSelected);
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  return (
    field instanceof HTMLInputElement &&
    (field.value !== field.defaultValue || field.checked !== field.defaultChecked)
  );
}

/**
 * The same thing before and after has the same name. What there are many of, rows of a list, is told apart
 * by the `id` of what it stands in.
 * @param {Element} element
 */
function nameOf(element) {
  const own = element.id || element.getAttribute("href") || element.getAttribute("name");
  const text = element.querySelector("summary")?.textContent ?? element.textContent;
  const place = element.parentElement?.closest("[id]")?.id;
  return [element.localName, place, own ?? text?.trim()].join(" ");
}

/** @param {HTMLElement} old @param {HTMLElement} fresh */
function replace(old, fresh) {
  const isOpen = new Map(
    [...old.querySelectorAll("details")].map((each) => [nameOf(each), each.open]),
  );
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  for (const each of fresh.querySelectorAll("details"))
    each.open = isOpen.get(nameOf(each)) ?? each.open;
  old.replaceWith(fresh);
  if (!focused) return;
  const again = [...fresh.querySelectorAll("a, button, summary, [tabindex]")].find(
    (each) => nameOf(each) === nameOf(focused),
  );
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/** @param {Document} page */
function apply(page) {
  for (const region of regions(document)) {
    const fresh = page.getElementById(region.id);
    if (!fresh) continue;
    const html = fresh.outerHTML;
    if (sent.get(region.id) === html || isInUse(region)) continue;
    sent.set(region.id, html);
    replace(region, document.adoptNode(fresh));
  }
}

/** In UTC, like every time on these pages. @param {Date} time */
function clock(time) {
  return `${time.toISOString().slice(11, 19)} UTC`;
}

/** @param {string} words */
function say(words) {
  if (text) text.textContent = words;
}

/** @param {string} why */
function becomeStale(why) {
  failures++;
  status?.classList.add("live--stale");
  const words = `Not updated since ${clock(updatedAt)}: ${why}`;
  say(words);
  if (failures === 1 && announcer) announcer.textContent = words;
}

function becomeFresh() {
  if (failures > 0 && announcer) announcer.textContent = "This page is up to date again.";
  failures = 0;
  updatedAt = new Date();
  status?.classList.remove("live--stale");
  status?.classList.add("live--on");
  say(`Live, updated ${clock(updatedAt)}`);
}

async function ask() {
  const response = await fetch(location.href, {
    headers: { accept: "text/html", "x-live": "1" },
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => null);
  if (!response) return becomeStale("the connection is lost.");
  if (response.status === 404) return becomeStale("it is gone, or you are signed out.");
  if (!response.ok) return becomeStale(`the server answered ${response.status}.`);
  const html = await response.text().catch(() => null);
  if (html === null) return becomeStale("the connection is lost.");
  apply(new DOMParser().parseFromString(html, "text/html"));
  becomeFresh();
}

async function follow() {
  clearTimeout(next);
  if (asking || document.hidden) return;
  asking = true;
  await ask();
  asking = false;
  plan();
}

function plan() {
  clearTimeout(next);
  if (document.hidden) return;
  next = setTimeout(() => void follow(), Math.min(everyMs * 2 ** failures, LONGEST_PAUSE_MS));
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(next);
  else void follow();
});
window.addEventListener("pagehide", () => clearTimeout(next));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) void follow();
});
plan();
