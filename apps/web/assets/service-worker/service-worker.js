// Shows pushes and opens what they are about. It keeps no pages: what people see comes from the server.
// The server puts a line before this one that says what `settings` are.

/** @typedef {{ title: string, text: string, path: string, tag: string }} Push */

// The types of the library take `self` for a worker of any kind.
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", () => void worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("push", (event) => event.waitUntil(show(read(event.data))));

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path));
});

// The browser has ended the subscription, or its push service has: another takes its place.
worker.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

/**
 * Browsers demand that every push shows something, so one that cannot be read does, too.
 *
 * @param {PushMessageData | null} data
 * @returns {Push}
 */
function read(data) {
  const push = { title: "Something new on Tendril", text: "", path: "/", tag: "tendril" };
  try {
    return { ...push, ...data?.json() };
  } catch {
    return push;
  }
}

/** @param {Push} push */
function show({ title, text, path, tag }) {
  const { icon } = settings;
  // One that is shown already is replaced, and rings again: what it tells is new.
  const options = { body: text, tag, renotify: true, icon, badge: icon, data: { path } };
  return worker.registration.showNotification(title, options);
}

/** @param {unknown} path */
async function open(path) {
  const wanted = new URL(typeof path === "string" ? path : "/", worker.location.origin);
  const url = wanted.origin === worker.location.origin ? wanted.href : "/";
  const tabs = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  // Others stay as they are: somebody may be in the middle of an upload there.
  const there = tabs.find((tab) => tab.url === url);
  await (there ? there.focus() : worker.clients.openWindow(url));
}

/** @param {PushSubscriptionChangeEvent} event */
async function renew({ oldSubscription, newSubscription }) {
  if (settings.key === null) return;
  const subscription =
    newSubscription ??
    (await worker.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: settings.key,
    }));
  const replaces = oldSubscription?.endpoint;
  const response = await fetch("/push-subscriptions", {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({ ...subscription.toJSON(), replaces }),
  });
  // Nobody is signed in any more: nothing will be sent here.
  if (response.status === 401) await subscription.unsubscribe();
}
