// A dot flies from the load balancer to the instance that answers, whose lamp lights up.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
/** More at a time tell nothing. */
const most = 24;
let flying = 0;

/** @param {{ instance: string | null, status: number }} served */
export function fly({ instance, status }) {
  const card = instance && document.querySelector(`[data-instance="${CSS.escape(instance)}"]`);
  const lamp = card && card.querySelector("[data-lamp]");
  const balancer = document.querySelector("[data-balancer]");
  if (!lamp || !balancer || !(card instanceof HTMLElement) || document.hidden) return;
  if (calm.matches || flying >= most) return void light(lamp, status);

  const from = balancer.getBoundingClientRect();
  const to = lamp.getBoundingClientRect();
  const dot = document.createElement("span");
  dot.className = "flight";
  dot.dataset.hue = card.dataset.hue ?? "";
  document.body.append(dot);
  flying += 1;
  const at = (/** @type {number} */ x, /** @type {number} */ y) =>
    `translate(${x + scrollX}px, ${y + scrollY}px)`;
  const end = { x: to.left + to.width / 2 - 4, y: to.top + to.height / 2 - 4 };
  const start = {
    x: Math.min(Math.max(end.x, from.left + 12), from.right - 20),
    y: from.bottom - 4,
  };
  const flight = dot.animate(
    [
      { transform: at(start.x, start.y), opacity: 0.9 },
      { transform: at(end.x, end.y), opacity: 1 },
    ],
    { duration: 380, easing: "cubic-bezier(0.4, 0, 0.6, 1)" },
  );
  void flight.finished.finally(() => {
    flying -= 1;
    dot.remove();
    light(lamp, status);
  });
}

/** @param {Element} lamp @param {number} status */
function light(lamp, status) {
  const kind = status >= 500 ? "lamp--bad" : "lamp--lit";
  lamp.getAnimations().forEach((animation) => animation.cancel());
  const style = getComputedStyle(lamp);
  const colour = style.getPropertyValue(kind === "lamp--bad" ? "--color-danger" : "--hue");
  lamp.animate(
    [
      { boxShadow: `0 0 0 0.4rem color-mix(in oklab, ${colour}, transparent 55%)` },
      { boxShadow: `0 0 0 0.4rem transparent` },
    ],
    { duration: 700, easing: "ease-out" },
  );
}
