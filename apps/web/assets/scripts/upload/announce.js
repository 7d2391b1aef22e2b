/** @type {string[]} */
const unsaid = [];

/** Gathers what happens at once, since a new text in a live region replaces the one being read. @param {string} text */
export function announce(text) {
  if (unsaid.at(-1) === text) return;
  unsaid.push(text);
  if (unsaid.length > 1) return;
  setTimeout(() => {
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = unsaid.splice(0).join(" ");
  }, 700);
}
