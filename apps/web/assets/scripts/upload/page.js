// The parts of the page, and what the server says there about its limits.

/** @param {ParentNode} root @param {string} selector @returns {any} */
export const find = (root, selector) => root.querySelector(selector);

/** @type {HTMLFormElement} */
export const form = find(document, "[data-upload]");
/** @type {HTMLInputElement} */
export const input = find(form, 'input[type="file"]');
/** @type {HTMLElement} */
export const dropzone = find(form, "[data-dropzone]");
/** @type {HTMLElement} */
export const queue = find(form, "[data-queue]");
/** @type {HTMLElement} */
export const summary = find(form, "[data-summary]");
/** @type {HTMLButtonElement} */
export const sendButton = find(form, "[data-send]");
/** @type {HTMLButtonElement} */
export const retryAllButton = find(form, "[data-retry-all]");
/** @type {HTMLAnchorElement} */
export const doneLink = find(form, "[data-done]");
/** @type {HTMLTemplateElement} */
export const template = find(form, "template[data-item]");

export const limits = {
  maxBytes: Number(form.dataset.maxBytes),
  maxText: form.dataset.maxText,
  maxFiles: Number(form.dataset.maxFiles),
  // The names in it are for file pickers that know some types by their endings only.
  acceptedTypes: input.accept.split(",").filter((type) => type.includes("/")),
  acceptText: form.dataset.acceptText,
};
export const firstPosition = Number(form.dataset.firstPosition);
