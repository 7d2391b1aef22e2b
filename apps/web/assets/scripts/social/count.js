// The numbers on a page, in words; `countText` of the server says the same.

const MOST = 1_000;

/** @param {string} noun @param {number} count */
export function showCount(noun, count) {
  const place = document.querySelector(`[data-count="${noun}"]`);
  const text =
    count === 0
      ? `No ${noun}s yet`
      : `${count.toLocaleString("en")}${count >= MOST ? "+" : ""} ${noun}${count === 1 ? "" : "s"}`;
  if (place) place.textContent = text;
}
