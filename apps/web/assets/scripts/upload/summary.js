// What all of the list comes to, and the buttons for all of it.

import { items, itemsIn, retriable } from "./items.js";
import { doneLink, dropzone, retryAllButton, sendButton, summary } from "./page.js";
import { photosText, timeText } from "./words.js";

/** When the present run of sending began, for the estimate. */
let startedAt = 0;

export function startEstimate() {
  startedAt = Date.now();
}

export function summarise() {
  const waiting = itemsIn("waiting").length;
  const going = itemsIn("queued", "sending").length;
  const processing = itemsIn("processing").length;
  const ready = itemsIn("ready").length;
  const unusable = itemsIn("failed", "refused").length;
  const parts = [];
  if (going > 0) parts.push(`Sending ${photosText(going)}${estimate()}.`);
  if (processing > 0) parts.push(`${photosText(processing)} being prepared.`);
  if (ready > 0) parts.push(`${photosText(ready)} ready.`);
  if (unusable > 0) parts.push(`${photosText(unusable)} could not be used or sent.`);
  summary.textContent = parts.join(" ");
  sendButton.textContent = waiting > 0 ? `Upload ${photosText(waiting)}` : "Upload";
  sendButton.setAttribute("aria-disabled", String(waiting === 0));
  doneLink.hidden = ready === 0 || waiting + going + processing > 0;
  retryAllButton.hidden = retriable().length < 2;
  dropzone.classList.toggle("dropzone--compact", items.length > 0);
}

function estimate() {
  const run = itemsIn("queued", "sending", "processing", "ready");
  const done = run.reduce((sum, item) => sum + item.file.size * item.sent, 0);
  const left = itemsIn("queued", "sending").reduce(
    (sum, item) => sum + item.file.size * (1 - item.sent),
    0,
  );
  const seconds = (Date.now() - startedAt) / 1000;
  return seconds < 3 || done === 0 ? "" : `, ${timeText((left / done) * seconds)}`;
}
