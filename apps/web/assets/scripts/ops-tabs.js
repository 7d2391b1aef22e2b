// On a narrow screen the current desk may lie beyond the edge.

const desks = document.querySelector(".ops-nav");
const current = desks?.querySelector("[aria-current]");
if (desks && current instanceof HTMLElement)
  desks.scrollLeft = current.offsetLeft - (desks.clientWidth - current.offsetWidth) / 2;
