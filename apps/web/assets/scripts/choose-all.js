// One box that ticks all boxes of its form, and shows when all are ticked.

/** @param {HTMLFormElement} form @returns {HTMLInputElement[]} */
const boxesOf = (form) =>
  [...form.querySelectorAll('input[type="checkbox"][name]')].filter(
    (each) => each instanceof HTMLInputElement,
  );

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.form) return;
  const all = target.form.querySelector("[data-choose-all]");
  if (!(all instanceof HTMLInputElement)) return;
  const boxes = boxesOf(target.form);
  if (target === all) for (const box of boxes) box.checked = all.checked;
  else all.checked = boxes.every(({ checked }) => checked);
});
