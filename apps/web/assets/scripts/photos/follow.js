// Tells a page what becomes of the viewer's photos.

/**
 * @typedef {{
 *   slug: string, status: string, reason?: string | null, href?: string, canRetry?: boolean, awaitsOriginal?: boolean,
 * }} State
 */

const POLL_MS = 3000;

/**
 * By a stream, and where that is refused by asking again and again.
 * @param {(state: State) => void} tell what has changed
 * @param {() => Promise<unknown>} ask for all of them: what ended while there was no stream is not told again
 * @returns {() => void} ends it
 */
export function followPhotos(tell, ask) {
  const stream = new EventSource("/api/uploads/events");
  let ended = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @returns {Promise<unknown>} */
  const poll = () =>
    ask().finally(() => {
      if (!ended) timer = setTimeout(poll, POLL_MS);
    });

  stream.addEventListener("open", ask);
  stream.addEventListener("upload", (event) => tell(JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) void poll();
  });
  return () => {
    ended = true;
    stream.close();
    clearTimeout(timer);
  };
}
