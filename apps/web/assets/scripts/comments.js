// Writes and deletes comments without leaving the page.

import { showCount } from "./social/count.js";
import { sendOnce, troubleIn } from "./social/send.js";

const list = document.querySelector("[data-comments] [data-list]");
const heading = document.getElementById("comments-heading");
const announcer = document.getElementById("announcer");

/** @param {string} text */
function announce(text) {
  if (announcer) announcer.textContent = text;
}

/** @param {string} html */
function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector(".comment");
}

for (const form of document.querySelectorAll("[data-comment-form]")) {
  const body = form.querySelector("textarea");
  const token = form.querySelector('[name="form_token"]');
  const field = body?.closest(".field");
  if (!(form instanceof HTMLFormElement) || !(token instanceof HTMLInputElement)) continue;
  if (!body || !field) continue;

  /** As the server shows it when there is no script. @param {string} message */
  const trouble = (message) => {
    field.classList.toggle("field--wrong", message !== "");
    field.querySelector(".field__error")?.remove();
    body.removeAttribute("aria-invalid");
    body.setAttribute("aria-describedby", "body-hint");
    if (message === "") return;
    const place = document.createElement("p");
    place.className = "field__error";
    place.id = "body-error";
    place.role = "alert";
    field.append(place);
    place.textContent = message;
    body.setAttribute("aria-invalid", "true");
    body.setAttribute("aria-describedby", "body-error body-hint");
    body.focus();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void sendOnce(
      form,
      (answer) => {
        const comment = parse(answer.html);
        if (comment && !document.getElementById(comment.id)) list?.append(comment);
        showCount("comment", answer.comments);
        body.value = "";
        token.value = crypto.randomUUID().replaceAll("-", "");
        announce("Your comment is shown.");
      },
      trouble,
    );
  });
  body.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
}

list?.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.deleteComment === undefined) return;
  event.preventDefault();
  void sendOnce(
    form,
    (answer) => {
      form.closest(".comment")?.remove();
      showCount("comment", answer.comments);
      announce("The comment is deleted.");
      heading?.focus();
    },
    troubleIn(form),
  );
});
