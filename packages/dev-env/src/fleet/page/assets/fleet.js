// Keeps the page current and presses its buttons without leaving it.

import { fly } from "./flights.js";
import { morph } from "./morph.js";

const trouble = document.querySelector("[data-trouble]");
const connection = document.querySelector("[data-connection]");
/** @param {Element | null} place @param {string} text */
const say = (place, text) => {
  if (place && place.textContent !== text) place.textContent = text;
};

const events = new EventSource("/events");
events.addEventListener("open", () => say(connection, "This page is live."));
events.addEventListener("error", () =>
  say(connection, "The fleet does not answer. It is looked for again every second."),
);
events.addEventListener("region", ({ data }) => {
  const { id, html } = JSON.parse(data);
  const region = document.getElementById(id);
  if (region) morph(region, html);
});
events.addEventListener("served", ({ data }) => fly(JSON.parse(data)));
// A page that stays in the browser's memory must not go on listening.
addEventListener("pagehide", () => events.close());
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

/** Dials that were turned while they were being sent. @type {WeakSet<HTMLFormElement>} */
const turned = new WeakSet();

/**
 * One sending at a time; what a dial says meanwhile is sent afterwards.
 * @param {HTMLFormElement} form
 */
async function press(form) {
  if (form.ariaBusy === "true") return void turned.add(form);
  form.ariaBusy = "true";
  say(trouble, "");
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  try {
    const response = await fetch(form.action, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams(fields),
    });
    if (!response.ok) {
      const answer = await response.json().catch(() => null);
      say(trouble, answer?.message ?? "That did not work.");
      form.reset();
    }
  } catch {
    say(trouble, "The fleet does not answer: is it still running?");
  } finally {
    form.ariaBusy = null;
    if (turned.delete(form) && form.matches("[data-dial]")) void press(form);
  }
}

addEventListener("submit", (event) => {
  const { target: form } = event;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-action]")) return;
  event.preventDefault();
  void press(form);
});

/** @param {EventTarget | null} target */
const dialOf = (target) => {
  const form = target instanceof HTMLInputElement ? target.form : null;
  return form?.matches("[data-dial]") && target instanceof HTMLInputElement
    ? { form, input: target }
    : null;
};
addEventListener("input", ({ target }) => {
  const dial = dialOf(target);
  if (!dial) return;
  say(dial.form.querySelector("[data-dial-output]"), `${Number(dial.input.value)} s`);
  dial.input.ariaValueText = `${Number(dial.input.value)} seconds`;
});
/**
 * Keys turn it step by step: where it stays for a moment is what is meant.
 * @type {WeakMap<HTMLFormElement, number>}
 */
const settling = new WeakMap();
addEventListener("change", ({ target }) => {
  const dial = dialOf(target);
  if (!dial) return;
  clearTimeout(settling.get(dial.form));
  settling.set(
    dial.form,
    setTimeout(() => void press(dial.form), 300),
  );
});
