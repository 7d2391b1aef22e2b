// Copies the address of a photo.

const announcer = document.getElementById("announcer");

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!(button instanceof HTMLButtonElement) || !navigator.clipboard) continue;
  const label = button.textContent;

  button.hidden = false;
  button.addEventListener("click", async () => {
    const copied = await navigator.clipboard.writeText(button.dataset.copy ?? location.href).then(
      () => true,
      () => false,
    );
    const said = copied ? (button.dataset.copied ?? "") : "Could not copy";
    button.textContent = said;
    if (announcer) announcer.textContent = said;
    setTimeout(() => {
      button.textContent = label;
      if (announcer) announcer.textContent = "";
    }, 2500);
  });
}
