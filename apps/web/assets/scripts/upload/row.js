// One file's row of the list.

/** @import { Item, Stage } from "./items.js" */

import { announce } from "./announce.js";
import { items } from "./items.js";
import { find, input, queue, template } from "./page.js";
import { summarise } from "./summary.js";

/** @param {File} file @param {(item: Item) => void} retry @returns {Item} */
export function addRow(file, retry) {
  const element = find(document.importNode(template.content, true), ".queue__item");
  /** @type {Item} */
  const item = {
    file,
    element,
    position: -1,
    stage: "refused",
    slug: null,
    canRetry: false,
    sent: 0,
    caption: "",
    alt: "",
    credit: "",
    visibility: "public",
  };
  find(element, ".queue__name").textContent = file.name;
  for (const name of ["retry", "remove"]) {
    const button = find(element, `[data-${name}]`);
    button.setAttribute("aria-label", `${button.textContent}: ${file.name}`);
  }
  find(element, ".queue__progress").setAttribute("aria-label", file.name);
  find(element, "[data-retry]").addEventListener("click", () => retry(item));
  find(element, "[data-remove]").addEventListener("click", () => remove(item));
  items.push(item);
  queue.append(element);
  return item;
}

/** @param {Item} item @param {Stage} stage @param {string} text */
export function show(item, stage, text) {
  item.stage = stage;
  item.element.dataset.state = stage;
  find(item.element, ".queue__state").textContent = text;
  find(item.element, ".queue__progress").value = Math.round(item.sent * 100);
  find(item.element, "[data-retry]").hidden = !(stage === "failed" && item.canRetry);
  find(item.element, "[data-remove]").hidden = !["refused", "waiting", "failed"].includes(stage);
  summarise();
}

/** @param {Item} item @param {string} message @param {boolean} canRetry */
export function showFailed(item, message, canRetry) {
  item.canRetry = canRetry;
  show(item, "failed", message);
  announce(`${item.file.name}: ${message}`);
}

/** @param {Item} item @param {string} href */
export function showReady(item, href) {
  show(item, "ready", "Ready");
  const open = find(item.element, "[data-open]");
  open.href = href;
  open.setAttribute("aria-label", `Open: ${item.file.name}`);
  open.hidden = false;
}

/** @param {Item} item */
export function preview(item) {
  const image = find(item.element, ".queue__preview img");
  const url = URL.createObjectURL(item.file);
  image.addEventListener("load", () => ((image.hidden = false), URL.revokeObjectURL(url)));
  image.addEventListener("error", () => URL.revokeObjectURL(url)); // A format this browser cannot show, such as HEIC.
  image.decoding = "async";
  image.src = url;
}

/** @param {Item} item */
function remove(item) {
  const neighbour = item.element.nextElementSibling ?? item.element.previousElementSibling;
  items.splice(items.indexOf(item), 1);
  item.element.remove();
  /** @type {HTMLElement} */ (
    neighbour ? (find(neighbour, "button:not([hidden]), a:not([hidden])") ?? input) : input
  ).focus();
  summarise();
}
