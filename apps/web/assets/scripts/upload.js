// Sends photos straight to the bucket: drop, paste or choose; see each one's progress; retry.
// Without it the form is an ordinary one.

/**
 * @typedef {"refused" | "waiting" | "queued" | "sending" | "processing" | "ready" | "failed"} Stage
 * @typedef {{
 *   file: File, position: number, stage: Stage, slug: string | null, canRetry: boolean, sent: number,
 *   caption: string, alt: string, credit: string, visibility: string, element: HTMLElement,
 * }} Item
 * @typedef {{ url: string, fields: Record<string, string> }} Post
 * @typedef {{ slug: string | null, status: string, post: Post | null, error: { message: string } | null }} Ticket
 */

const SENDERS = 3;
const RETRY_WAITS_MS = [1000, 3000, 9000];
const POLL_MS = 3000;

/** Ends one photo's journey; the message is shown to the person. */
class UploadError extends Error {
  /** @param {string} message @param {{ again?: boolean }} [options] again: worth another try without being asked */
  constructor(message, { again = false } = {}) {
    super(message);
    this.again = again;
  }
}

/** @param {ParentNode} root @param {string} selector @returns {any} */
const find = (root, selector) => root.querySelector(selector);

/** @type {HTMLFormElement} */
const form = find(document, "[data-upload]");
/** @type {HTMLInputElement} */
const input = find(form, 'input[type="file"]');
/** @type {HTMLElement} */
const dropzone = find(form, "[data-dropzone]");
/** @type {HTMLElement} */
const queue = find(form, "[data-queue]");
/** @type {HTMLElement} */
const summary = find(form, "[data-summary]");
/** @type {HTMLButtonElement} */
const sendButton = find(form, "[data-send]");
/** @type {HTMLButtonElement} */
const retryAllButton = find(form, "[data-retry-all]");
/** @type {HTMLTemplateElement} */
const template = find(form, "template[data-item]");

const maxBytes = Number(form.dataset.maxBytes);
const maxFiles = Number(form.dataset.maxFiles);
const acceptedTypes = input.accept.split(",").map((type) => type.trim());

/** @type {Item[]} */
const items = [];
let nextPosition = Number(form.dataset.firstPosition);
/** When the present run of sending began, for the estimate. */
let startedAt = 0;

// ---- Words -----------------------------------------------------------------------------------

/** @param {number} bytes */
function sizeText(bytes) {
  return bytes < 1e6
    ? `${Math.max(1, Math.round(bytes / 1e3))} KB`
    : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {number} count */
function photosText(count) {
  return count === 1 ? "1 photo" : `${count} photos`;
}

/** @param {number} seconds */
function timeText(seconds) {
  if (seconds < 60) return `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} seconds left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "about a minute left" : `about ${minutes} minutes left`;
}

/** @type {string[]} */
const unsaid = [];

/** Gathers what happens at once, since a new text in a live region replaces the one being read. @param {string} text */
function announce(text) {
  if (unsaid.at(-1) === text) return;
  unsaid.push(text);
  if (unsaid.length > 1) return;
  setTimeout(() => {
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = unsaid.splice(0).join(" ");
  }, 700);
}

// ---- What a file is --------------------------------------------------------------------------

/** The type by the first bytes, which a wrong name cannot change. @param {File} file @returns {Promise<string | null>} */
async function typeOf(file) {
  const bytes = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  const text = String.fromCharCode(...bytes);
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("\x89PNG\r\n")) return "image/png";
  if (text.startsWith("GIF8")) return "image/gif";
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "image/webp";
  if (text.slice(4, 8) !== "ftyp") return null;
  if (/^avi[fs]/.test(text.slice(8))) return "image/avif";
  return /^(hei[cfmsx]|hev[cmsx]|mif1|msf1)/.test(text.slice(8)) ? "image/heic" : null;
}

/** @param {File} file @param {string | null} type @returns {string | null} why it cannot be sent */
function objection(file, type) {
  if (file.size === 0) return "This file is empty.";
  if (!type || !acceptedTypes.includes(type))
    return `This is not a photo that can be used. Choose ${form.dataset.acceptText}.`;
  if (file.size > maxBytes)
    return `This photo has ${sizeText(file.size)}; at most ${form.dataset.maxText} can be sent.`;
  if (items.filter((item) => item.stage === "waiting").length >= maxFiles) {
    return `Only ${maxFiles} photos can be sent at a time. Send the others first, then choose this one again.`;
  }
  return null;
}

// ---- One row of the list ---------------------------------------------------------------------

/** @param {Item} item @param {Stage} stage @param {string} text */
function show(item, stage, text) {
  item.stage = stage;
  item.element.dataset.state = stage;
  find(item.element, ".queue__state").textContent = text;
  find(item.element, ".queue__progress").value = Math.round(item.sent * 100);
  find(item.element, "[data-retry]").hidden = !(stage === "failed" && item.canRetry);
  find(item.element, "[data-remove]").hidden = !["refused", "waiting", "failed"].includes(stage);
  summarise();
}

/** @param {Item} item @param {string} message @param {boolean} canRetry */
function showFailed(item, message, canRetry) {
  item.canRetry = canRetry;
  show(item, "failed", message);
  announce(`${item.file.name}: ${message}`);
}

/** @param {File} file @returns {Item} */
function addRow(file) {
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
  find(element, "[data-retry]").addEventListener("click", () => retry([item]));
  find(element, "[data-remove]").addEventListener("click", () => remove(item));
  items.push(item);
  queue.append(element);
  return item;
}

/** @param {Item} item */
function preview(item) {
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

function summarise() {
  const count = /** @param {Stage[]} stages */ (...stages) =>
    items.filter((item) => stages.includes(item.stage)).length;
  const waiting = count("waiting");
  const going = items.filter((item) => item.stage === "queued" || item.stage === "sending");
  const parts = [];
  if (going.length > 0) parts.push(`Sending ${photosText(going.length)}${estimate(going)}.`);
  if (count("processing") > 0) parts.push(`${photosText(count("processing"))} being prepared.`);
  if (count("ready") > 0) parts.push(`${photosText(count("ready"))} ready.`);
  if (count("failed", "refused") > 0)
    parts.push(`${photosText(count("failed", "refused"))} could not be used or sent.`);
  summary.textContent = parts.join(" ");
  sendButton.textContent = waiting > 0 ? `Upload ${photosText(waiting)}` : "Upload";
  sendButton.setAttribute("aria-disabled", String(waiting === 0));
  retryAllButton.hidden =
    items.filter((item) => item.stage === "failed" && item.canRetry).length < 2;
  dropzone.classList.toggle("dropzone--compact", items.length > 0);
}

/** @param {Item[]} going */
function estimate(going) {
  const run = items.filter((item) => !["refused", "waiting", "failed"].includes(item.stage));
  const done = run.reduce((sum, item) => sum + item.file.size * item.sent, 0);
  const left = going.reduce((sum, item) => sum + item.file.size * (1 - item.sent), 0);
  const seconds = (Date.now() - startedAt) / 1000;
  return seconds < 3 || done === 0 ? "" : `, ${timeText((left / done) * seconds)}`;
}

// ---- Choosing --------------------------------------------------------------------------------

/** @param {Iterable<File>} files */
async function add(files) {
  let refused = 0;
  const chosen = [...files].filter((file) => !/^(\.|Thumbs\.db$|desktop\.ini$)/i.test(file.name));
  for (const file of chosen) {
    const type = await typeOf(file).catch(() => null);
    const reason = objection(file, type);
    const item = addRow(file);
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

/** All files of a dropped folder. @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function filesIn(entry) {
  if (entry.isFile) {
    return [
      await new Promise((resolve, reject) =>
        /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject),
      ),
    ];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {File[]} */
  const files = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject)); // At most 100 at a time.
    if (entries.length === 0) return files;
    for (const inner of entries) files.push(...(await filesIn(inner)));
  }
}

/** @param {DataTransfer} transfer */
async function dropped(transfer) {
  // The list is emptied when this function first waits, so all entries are taken now.
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return add([...transfer.files]);
  for (const entry of entries) await add(await filesIn(entry).catch(() => []));
}

function listen() {
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    void add(files);
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void add(files);
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
    void dropped(event.dataTransfer);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  retryAllButton.addEventListener("click", () =>
    retry(items.filter((item) => item.stage === "failed" && item.canRetry)),
  );
  window.addEventListener("beforeunload", (event) => {
    if (items.some((item) => item.stage === "queued" || item.stage === "sending"))
      event.preventDefault();
  });
}

// ---- Sending ---------------------------------------------------------------------------------

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until there is a network again, as far as the browser knows. */
async function online() {
  if (!navigator.onLine)
    await new Promise((resolve) => window.addEventListener("online", resolve, { once: true }));
}

/** Tries again what is worth it, ever later. @template T @param {Item} item @param {() => Promise<T>} work @returns {Promise<T>} */
async function persist(item, work) {
  for (const wait of RETRY_WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UploadError) || !error.again) throw error;
      show(item, "sending", `${error.message} Trying again.`);
      await pause(wait);
      await online();
    }
  }
  return work();
}

/** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
async function post(path, body) {
  const headers = { accept: "application/json", "content-type": "application/json" };
  const response = await fetch(path, {
    method: "POST",
    headers,
    body: JSON.stringify(body ?? {}),
  }).catch(() => {
    throw new UploadError("The connection was lost.", { again: true });
  });
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  if (response.status === 401)
    throw new UploadError("You are signed out. Sign in again in another tab, then try again.");
  if (response.status === 429)
    await pause(Math.min(30, Number(response.headers.get("retry-after")) || 1) * 1000);
  const again = response.status === 429 || response.status >= 500;
  throw new UploadError(answer?.error?.message ?? "The server could not take this photo.", {
    again,
  });
}

/** @param {Item} item @returns {Promise<Ticket>} */
async function ticketFor(item) {
  const { file, position, caption, alt, credit, visibility } = item;
  const formToken = find(form, '[name="form_token"]').value;
  const described = { position, name: file.name, size: file.size, type: file.type };
  const { uploads } = await post("/api/uploads", {
    formToken,
    visibility,
    caption,
    alt,
    credit,
    files: [described],
  });
  if (uploads[0].error) throw new UploadError(uploads[0].error.message);
  return uploads[0];
}

/** @param {Item} item @param {Post} target @returns {Promise<void>} */
function transfer(item, target) {
  const body = new FormData();
  for (const [name, value] of Object.entries(target.fields)) body.append(name, value);
  body.append("file", item.file); // S3 ignores every field after the file.
  const request = new XMLHttpRequest(); // fetch tells nothing of an upload's progress.
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      item.sent = event.lengthComputable ? event.loaded / event.total : 0;
      show(item, "sending", `Sending, ${Math.round(item.sent * 100)} %`);
    });
    request.addEventListener("error", () =>
      reject(new UploadError("The connection was lost.", { again: true })),
    );
    request.addEventListener("load", () => {
      const { status, responseText } = request;
      if (status < 300) resolve();
      else if (responseText.includes("EntityTooLarge"))
        reject(new UploadError(`At most ${form.dataset.maxText} can be sent.`));
      else
        reject(
          new UploadError("The photo could not be stored.", {
            again: status !== 400 || responseText.includes("Expired"),
          }),
        );
    });
    request.open("POST", target.url);
    request.send(body);
  });
}

/** Each try asks for a new permission: the old one may have run out meanwhile. @param {Item} item */
async function carry(item) {
  item.sent = 0;
  show(item, "sending", "Starting");
  const ticket = await ticketFor(item);
  item.slug = ticket.slug;
  if (!ticket.post) return ticket.status;
  await transfer(item, ticket.post);
  return "uploaded";
}

/** @param {Item} item */
async function sendOne(item) {
  try {
    let status = await persist(item, () => carry(item));
    if (status === "uploaded") {
      ({ status } = await persist(item, () => post(`/api/uploads/${item.slug}/complete`)));
    }
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

async function work() {
  for (;;) {
    const item = items.find(({ stage }) => stage === "queued");
    if (!item) return;
    await sendOne(item);
  }
}

function pump() {
  const busy = items.filter(({ stage }) => stage === "sending").length;
  if (busy === 0) startedAt = Date.now();
  for (let sender = busy; sender < SENDERS; sender += 1) void work();
}

function send() {
  const waiting = items.filter((item) => item.stage === "waiting");
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
function retry(failed) {
  for (const item of failed) show(item, "queued", "Waiting for its turn");
  pump();
}

// ---- Following what the worker does ----------------------------------------------------------

/** @type {EventSource | null} */
let stream = null;
/** @type {ReturnType<typeof setInterval> | undefined} */
let polling;

const preparing = () => items.filter((item) => item.stage === "processing" && item.slug);

/** @param {Item} item @param {{ status: string, reason?: string | null, href?: string }} state */
async function settle(item, state) {
  if (item.stage !== "processing") return;
  if (state.status === "failed")
    showFailed(item, state.reason ?? "This photo could not be used.", false);
  if (state.status === "ready") {
    show(item, "ready", "Ready");
    const open = find(item.element, "[data-open]");
    open.href = state.href ?? `/photos/${item.slug}`;
    open.setAttribute("aria-label", `Open: ${item.file.name}`);
    open.hidden = false;
    await showServed(item);
  }
  if (preparing().length > 0) return;
  stream?.close();
  stream = null;
  clearInterval(polling);
  polling = undefined;
  if (!items.some(({ stage }) => stage === "queued" || stage === "sending"))
    announce(summary.textContent ?? "");
}

/** Puts the picture as others see it in place of the preview. @param {Item} item */
async function showServed(item) {
  const response = await fetch(`/photos/${item.slug}/tile`).catch(() => null);
  if (!response?.ok) return;
  const tile = new DOMParser().parseFromString(await response.text(), "text/html");
  const picture = tile.querySelector("picture");
  if (!picture) return;
  picture.querySelector("img")?.removeAttribute("class");
  for (const part of picture.children) part.setAttribute("sizes", "6rem");
  find(item.element, ".queue__preview").replaceChildren(picture);
}

/** @param {Item} item */
async function ask(item) {
  const response = await fetch(`/api/photos/${item.slug}/status`, {
    headers: { accept: "application/json" },
  }).catch(() => null);
  if (response?.ok) await settle(item, await response.json());
  if (item.stage === "processing") follow();
}

function follow() {
  if (stream || polling || preparing().length === 0) return;
  stream = new EventSource("/api/uploads/events");
  // What ended while there was no stream is not told again.
  stream.addEventListener("open", () => preparing().forEach(ask));
  stream.addEventListener("upload", (event) => {
    const state = JSON.parse(event.data);
    for (const item of preparing()) if (item.slug === state.slug) void settle(item, state);
  });
  stream.addEventListener("error", () => {
    if (stream?.readyState !== EventSource.CLOSED) return;
    stream = null;
    polling = setInterval(() => preparing().forEach(ask), POLL_MS);
  });
}

// ---- Begin -----------------------------------------------------------------------------------

form.noValidate = true;
find(form, "[data-texts]").before(find(form, "[data-files]"));
listen();
summarise();
