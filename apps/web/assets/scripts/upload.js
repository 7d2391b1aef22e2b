// Sends photos straight to the bucket: drop, paste or choose; see each one's progress; retry.
// Without it the form is an ordinary one.

import { listenForFiles } from "./upload/choosing.js";
import { itemsIn, retriable } from "./upload/items.js";
import { find, form, retryAllButton } from "./upload/page.js";
import { retry, send } from "./upload/sending.js";
import { summarise } from "./upload/summary.js";

form.noValidate = true;
find(form, "[data-texts]").before(find(form, "[data-files]"));
listenForFiles((item) => retry([item]));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
retryAllButton.addEventListener("click", () => retry(retriable()));
window.addEventListener("beforeunload", (event) => {
  if (itemsIn("waiting", "queued", "sending").length > 0) event.preventDefault();
});
summarise();
