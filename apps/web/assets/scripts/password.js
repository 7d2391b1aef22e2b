// Lets people see the password they type.

for (const button of document.querySelectorAll("[data-reveal]")) {
  const input = document.getElementById(button.getAttribute("data-reveal") ?? "");
  if (!(button instanceof HTMLButtonElement) || !(input instanceof HTMLInputElement)) continue;

  /** @param {boolean} shown */
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    input.toggleAttribute("data-revealed", shown);
    button.setAttribute("aria-pressed", String(shown));
  };

  button.setAttribute("aria-label", "Show the password");
  button.hidden = false;
  button.addEventListener("click", () => {
    show(input.type === "password");
    input.focus();
  });
  // A password sent as a text field would be remembered by the browser as ordinary text.
  input.form?.addEventListener("submit", () => show(false));
}
