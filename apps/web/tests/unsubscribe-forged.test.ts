import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { unsubscribeToken } from "@tendril/notifications";
import { sign } from "@tendril/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let env: TestEnv;
let secrets: string[];

beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
  await env.client().signUp("anna");
  secrets = (env.environment["TOKEN_SECRETS"] ?? "").split(",");
});
afterAll(() => env?.[Symbol.asyncDispose]());

const oneClick = (path: string) =>
  fetch(env.url + path, {
    method: "POST",
    body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
  });

describe("a link that is not ours", () => {
  const whole = () => unsubscribeToken(secrets, { userId: 1, scope: "all" });
  test.each<[string, () => string]>([
    ["missing", () => ""],
    ["invented", () => "invented"],
    ["cut", () => whole().slice(0, -1)],
    ["cut in half", () => whole().slice(0, whole().length / 2)],
    ["longer", () => `${whole()}A`],
    [
      "for somebody else",
      () => whole().replace(/\.(.*?)\./, `.${btoa("2:all").replace(/=/g, "")}.`),
    ],
    ["signed by others", () => unsubscribeToken(["0".repeat(32)], { userId: 1, scope: "all" })],
    ["signed for something else", () => sign(secrets, "sign-in", "1:all")],
    ["about a kind that does not exist", () => sign(secrets, "unsubscribe", "1:everything")],
    ["about nobody", () => sign(secrets, "unsubscribe", "0:all")],
    ["about half a person", () => sign(secrets, "unsubscribe", "1.5:all")],
    ["odd", () => "🌿".repeat(500)],
  ])("is answered with 400: %s", async (_, token) => {
    const path = `/unsubscribe?${new URLSearchParams({ token: token() })}`;
    const page = await env.client().get(path);
    expect([page.status, page.text]).toEqual([
      400,
      expect.stringContaining("did not arrive whole"),
    ]);
    expect((await oneClick(path)).status).toBe(400);
    const inBody = await env.client().post("/unsubscribe", { token: token() });
    expect(inBody.status).toBe(400);
    const json = await fetch(env.url + path, { headers: { accept: "application/json" } });
    expect([json.status, await json.json()]).toMatchObject([
      400,
      { error: { code: "bad-request" } },
    ]);
  });

  test("nor twice in one address", async () => {
    const page = await env.client().get(`/unsubscribe?token=${whole()}&token=${whole()}`);
    expect(page.status).toBe(400);
  });
});
