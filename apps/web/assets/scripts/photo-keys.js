// Left and right arrow keys lead to the neighbouring photos.

const byKey = { ArrowLeft: 'a[rel="prev"]', ArrowRight: 'a[rel="next"]' };

/** @param {EventTarget | null} target */
function takesArrows(target) {
  return (
    target instanceof Element &&
    target.closest("input, textarea, select, [contenteditable], [popover]") !== null
  );
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey)
    return;
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  if (takesArrows(event.target)) return;
  // On a photo that is wider than a zoomed window the arrows must go on scrolling.
  if (
    document.documentElement.scrollWidth > window.innerWidth ||
    (window.visualViewport?.scale ?? 1) > 1
  )
    return;

  const link = document.querySelector(byKey[event.key]);
  if (link instanceof HTMLAnchorElement) {
    event.preventDefault();
    link.click();
  }
});
