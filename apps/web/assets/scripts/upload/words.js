/** @param {number} bytes */
export function sizeText(bytes) {
  return bytes < 1e6
    ? `${Math.max(1, Math.round(bytes / 1e3))} KB`
    : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {number} count */
export function photosText(count) {
  return count === 1 ? "1 photo" : `${count} photos`;
}

/** @param {number} seconds */
export function timeText(seconds) {
  if (seconds < 60) return `about ${Math.max(5, Math.ceil(seconds / 5) * 5)} seconds left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "about a minute left" : `about ${minutes} minutes left`;
}
