// Like and follow without leaving the page.

import { showCount } from "./social/count.js";
import { sendOnce, troubleIn } from "./social/send.js";

for (const form of document.querySelectorAll("[data-toggle]")) {
  const button = form.querySelector("[aria-pressed]");
  if (!(form instanceof HTMLFormElement) || !button) continue;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void sendOnce(
      form,
      (answer) => {
        const isOn = answer.liked ?? answer.following;
        button.setAttribute("aria-pressed", String(isOn));
        form.action = (isOn ? form.dataset.offHref : form.dataset.onHref) ?? "";
        showCount(form.dataset.noun ?? "", answer.likes ?? answer.followers);
      },
      troubleIn(form),
    );
  });
}
