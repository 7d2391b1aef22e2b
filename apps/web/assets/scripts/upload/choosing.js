// Files come by the dialog, by dropping and by pasting.

/** @import { Item } from "./items.js" */

import { announce } from "./announce.js";
import { canBeOneOf } from "./file-type.js";
import { filesIn } from "./folder.js";
import { itemsIn } from "./items.js";
import { dropzone, firstPosition, input, limits } from "./page.js";
import { addRow, preview, show } from "./row.js";
import { photosText, sizeText } from "./words.js";

let nextPosition = firstPosition;

/** @param {(item: Item) => void} retry what the button of a row does */
export function listenForFiles(retry) {
  const take = () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    void add(files, retry);
  };
  input.addEventListener("change", take);
  take(); // What was chosen before this script had arrived.
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void add(files, retry);
  });
  const hasFiles = /** @param {DragEvent} event */ (event) =>
    event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    dropzone.toggleAttribute("data-over", true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) dropzone.removeAttribute("data-over");
  });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    dropzone.removeAttribute("data-over");
    void addDropped(event.dataTransfer, retry);
  });
}

/** @param {DataTransfer} transfer @param {(item: Item) => void} retry */
async function addDropped(transfer, retry) {
  // The list is emptied when this function first waits, so all entries are taken now.
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return add([...transfer.files], retry);
  for (const entry of entries) await add(await filesIn(entry).catch(() => []), retry);
}

/** @param {File[]} files @param {(item: Item) => void} retry */
async function add(files, retry) {
  let refused = 0;
  const chosen = files.filter((file) => !/^(\.|Thumbs\.db$|desktop\.ini$)/i.test(file.name));
  for (const file of chosen) {
    const canBePhoto = await canBeOneOf(file, limits.acceptedTypes).catch(() => false);
    const reason = objection(file, canBePhoto);
    const item = addRow(file, retry);
    if (reason) {
      refused += 1;
      show(item, "refused", reason);
    } else {
      item.position = nextPosition++;
      preview(item);
      show(item, "waiting", sizeText(file.size));
    }
  }
  if (chosen.length > 0)
    announce(
      `${photosText(chosen.length - refused)} added.${refused > 0 ? ` ${refused} cannot be used; the list says why.` : ""}`,
    );
}

/** @param {File} file @param {boolean} canBePhoto @returns {string | null} why it cannot be sent */
function objection(file, canBePhoto) {
  const { maxBytes, maxText, maxFiles, acceptText } = limits;
  if (file.size === 0) return "This file is empty.";
  if (!canBePhoto) return `This is not a photo that can be used. Choose ${acceptText}.`;
  if (file.size > maxBytes)
    return `This photo has ${sizeText(file.size)}; at most ${maxText} can be sent.`;
  if (itemsIn("waiting", "queued", "sending", "processing", "ready").some(isOf(file)))
    return "This photo is in the list already.";
  if (itemsIn("waiting").length >= maxFiles)
    return `Only ${maxFiles} photos can be sent at a time. Send the others first, then choose this one again.`;
  return null;
}

/** @param {File} file */
const isOf =
  ({ name, size, lastModified }) =>
  /** @param {Item} item */
  ({ file }) =>
    file.name === name && file.size === size && file.lastModified === lastModified;
