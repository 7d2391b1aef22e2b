// Turns pushes on and off in this browser. Nothing is asked before the button is pressed.

const setting = document.querySelector("[data-push-setting]");
const key = setting instanceof HTMLElement ? (setting.dataset.key ?? "") : "";
const worker = "/service-worker.js";

/** @param {"unsupported" | "blocked" | "off" | "on"} state */
function show(state) {
  for (const part of setting?.querySelectorAll("[data-when]") ?? [])
    if (part instanceof HTMLElement) part.hidden = part.dataset.when !== state;
}

/** @param {string} text */
function complain(text) {
  const place = setting?.querySelector("[data-trouble]");
  if (!(place instanceof HTMLElement)) return;
  place.textContent = text;
  place.hidden = text === "";
}

/** @param {string} path @param {object} body */
async function tell(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (response.ok) return;
  /** @type {{ error?: { message?: string } }} */
  const answer = await response.json().catch(() => ({}));
  throw new Error(answer.error?.message ?? "Tendril does not answer right now. Try again.");
}

/** What this browser has subscribed to, if it was with the site's key of today. */
async function current() {
  const registration = await navigator.serviceWorker.getRegistration(worker);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

async function start() {
  if ((await Notification.requestPermission()) !== "granted") return;
  await navigator.serviceWorker.register(worker);
  const { pushManager } = await navigator.serviceWorker.ready;
  // One that is left over may be of another key, with which nothing could be sent.
  await (await pushManager.getSubscription())?.unsubscribe();
  const subscription = await pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey: key })
    .catch(() => {
      throw new Error("This browser cannot reach its push service right now. Try again later.");
    });
  await tell("/push-subscriptions", subscription.toJSON());
  location.reload();
}

async function stop() {
  const subscription = await current();
  if (subscription) {
    await tell("/push-subscriptions/delete", { endpoint: subscription.endpoint });
    await subscription.unsubscribe();
  }
  location.reload();
}

async function look() {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    return show("unsupported");
  }
  if (Notification.permission === "denied") return show("blocked");
  // The site forgets a browser that was signed out of, which itself knows nothing of that.
  const known = setting?.querySelector("[data-this-browser]");
  show(known && Notification.permission === "granted" && (await current()) ? "on" : "off");
}

for (const button of setting?.querySelectorAll("[data-do]") ?? []) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.addEventListener("click", async () => {
    button.disabled = true;
    complain("");
    try {
      await (button.dataset.do === "start" ? start() : stop());
    } catch (error) {
      complain(error instanceof Error ? error.message : String(error));
    }
    button.disabled = false;
    await look();
  });
}
if (setting) void look();
