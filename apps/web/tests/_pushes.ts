import type { Client, PushDevice, TestEnv } from "@tendril/dev-env";

/** What a page's script sends; the cookies that come back are kept. */
export async function postJson(env: TestEnv, client: Client, path: string, body: unknown) {
  const response = await fetch(env.url + path, {
    method: "POST",
    redirect: "manual",
    headers: {
      cookie: client.cookies.header,
      origin: env.url,
      "sec-fetch-site": "same-origin",
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    },
    body: JSON.stringify(body),
  });
  client.cookies.keep(response.headers);
  return { status: response.status, body: await response.text() };
}

export const newDevice = (env: TestEnv): PushDevice =>
  env.space.push.subscribe(env.environment["VAPID_PUBLIC_KEY"] ?? "");

/** Turns pushes on in a browser of that person. */
export async function subscribe(env: TestEnv, client: Client, device = newDevice(env)) {
  const { status, body } = await postJson(env, client, "/push-subscriptions", device.subscription);
  if (status !== 201) throw new Error(`Subscribing was answered with ${status}: ${body}`);
  return device;
}

/** The ids of the browsers on a person's list, as the page shows them. */
export async function listed(client: Client): Promise<string[]> {
  const { text } = await client.get("/settings/push");
  return [...text.matchAll(/action="\/push-subscriptions\/(\d+)\/delete"/g)].map(
    ([, id = ""]) => id,
  );
}
