/**
 * @typedef {"refused" | "waiting" | "queued" | "sending" | "processing" | "ready" | "failed"} Stage
 * @typedef {{
 *   file: File, position: number, stage: Stage, slug: string | null, canRetry: boolean, sent: number,
 *   caption: string, alt: string, credit: string, visibility: string, element: HTMLElement,
 * }} Item
 */

/** All that were chosen, in the order of the list. @type {Item[]} */
export const items = [];

/** @param {Stage[]} stages */
export function itemsIn(...stages) {
  return items.filter((item) => stages.includes(item.stage));
}

export function retriable() {
  return itemsIn("failed").filter((item) => item.canRetry);
}
