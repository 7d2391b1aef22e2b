// The permission to send a photo, and the word that it has been sent.

/**
 * @import { Item } from "./items.js"
 * @typedef {{ url: string, fields: Record<string, string> }} Post
 * @typedef {{ slug: string | null, status: string, post: Post | null, error: { message: string } | null }} Ticket
 */

import { find, form } from "./page.js";
import { pause } from "./persist.js";
import { UploadError } from "./upload-error.js";

/** @param {Item} item @returns {Promise<Ticket>} */
export async function ticketFor(item) {
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

/** @param {Item} item @returns {Promise<{ status: string }>} */
export function complete(item) {
  return post(`/api/uploads/${item.slug}/complete`);
}

/** Has a photo that arrived prepared once more. @param {Item} item @returns {Promise<{ status: string }>} */
export function prepareAgain(item) {
  return post(`/photos/${item.slug}/retry`);
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
