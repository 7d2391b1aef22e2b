import { UploadError } from "./upload-error.js";

const RETRY_WAITS_MS = [1000, 3000, 9000];

/**
 * Tries again what is worth it, ever later.
 * @template T
 * @param {() => Promise<T>} work
 * @param {(error: UploadError) => void} beforeRetry
 * @returns {Promise<T>}
 */
export async function persist(work, beforeRetry) {
  for (const wait of RETRY_WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UploadError) || !error.again) throw error;
      beforeRetry(error);
      await pause(wait);
      await online();
    }
  }
  return work();
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until there is a network again, as far as the browser knows. */
async function online() {
  if (!navigator.onLine)
    await new Promise((resolve) => window.addEventListener("online", resolve, { once: true }));
}
