// Takes the photos to the bucket, a few at a time.

/** @import { Item } from "./items.js" */

import { announce } from "./announce.js";
import { complete, prepareAgain, ticketFor } from "./api.js";
import { ask, follow } from "./following.js";
import { items, itemsIn } from "./items.js";
import { find, form, input } from "./page.js";
import { persist } from "./persist.js";
import { show, showFailed } from "./row.js";
import { startEstimate } from "./summary.js";
import { transfer } from "./transfer.js";
import { UploadError } from "./upload-error.js";
import { photosText } from "./words.js";

const SENDERS = 3;

export function send() {
  const waiting = itemsIn("waiting");
  if (waiting.length === 0) {
    announce("Choose photos first.");
    input.focus();
    return;
  }
  const texts = new FormData(form);
  for (const item of waiting) {
    item.caption = find(item.element, "[data-caption]").value || String(texts.get("caption") ?? "");
    item.alt = find(item.element, "[data-alt]").value || String(texts.get("alt") ?? "");
    item.credit = String(texts.get("credit") ?? "");
    item.visibility = String(texts.get("visibility") ?? "public");
    show(item, "queued", "Waiting for its turn");
  }
  announce(`Sending ${photosText(waiting.length)}.`);
  pump();
}

/** @param {Item[]} failed */
export function retry(failed) {
  for (const item of failed) show(item, "queued", "Waiting for its turn");
  pump();
}

function pump() {
  const busy = itemsIn("sending").length;
  if (busy === 0) startEstimate();
  for (let sender = busy; sender < SENDERS; sender += 1) void work();
}

async function work() {
  for (;;) {
    const item = items.find(({ stage }) => stage === "queued");
    if (!item) return;
    await sendOne(item);
  }
}

/** @param {Item} item */
async function sendOne(item) {
  /** @param {UploadError} error */
  const sayAgain = (error) => show(item, "sending", `${error.message} Trying again.`);
  /** @param {UploadError} error */
  const beginAgain = (error) => {
    item.sent = 0;
    sayAgain(error);
  };
  try {
    let status = await persist(() => carry(item), beginAgain);
    if (status === "uploaded") ({ status } = await persist(() => complete(item), sayAgain));
    item.sent = 1;
    show(item, "processing", "Being prepared");
    if (status !== "processing") await ask(item);
    else follow();
  } catch (error) {
    if (!(error instanceof UploadError)) console.error(error);
    showFailed(
      item,
      error instanceof UploadError ? error.message : "This photo could not be sent.",
      true,
    );
  }
}

/** Each try asks for a new permission: the old one may have run out meanwhile. @param {Item} item */
async function carry(item) {
  item.sent = 0;
  show(item, "sending", "Starting");
  const ticket = await ticketFor(item);
  item.slug = ticket.slug;
  if (ticket.status === "failed") return (await prepareAgain(item)).status;
  if (!ticket.post) return ticket.status;
  await transfer(item.file, ticket.post, (sent) => {
    item.sent = sent;
    show(item, "sending", `Sending, ${Math.round(sent * 100)} %`);
  });
  return "uploaded";
}
