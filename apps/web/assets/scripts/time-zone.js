// Tells a form the time zone of this browser: silently where nobody chooses, as an offer where somebody may.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

for (const input of document.querySelectorAll("[data-time-zone]")) {
  if (input instanceof HTMLInputElement) input.value = zone ?? "";
}

const select = document.querySelector("[data-time-zone-select]");
const offer = document.querySelector("[data-time-zone-offer]");
if (zone && select instanceof HTMLSelectElement && offer instanceof HTMLButtonElement) {
  const present = () => (offer.hidden = select.value === zone);
  offer.textContent = `Use ${zone.replaceAll("_", " ")}, as this browser does`;
  offer.addEventListener("click", () => {
    if (![...select.options].some(({ value }) => value === zone)) select.add(new Option(zone));
    select.value = zone;
    select.focus();
    present();
  });
  select.addEventListener("change", present);
  present();
}
