import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { haveDone } from "./_limits.ts";
import { fieldError, fieldValue } from "./_people.ts";
import { publish } from "./_photos.ts";
import { signedUp, type Person } from "./_uploads.ts";

let env: TestEnv;
let ida: Person;

beforeAll(async () => {
  env = await startTestEnv();
  ida = await signedUp(env, "ida");
});
afterAll(() => env?.[Symbol.asyncDispose]());

const path = "/settings/profile";

test("a profile is for people who are signed in", async () => {
  expect((await env.client().get(path)).headers.get("location")).toContain("/sign-in");
  expect((await env.client().post(path, { display_name: "Nobody" })).status).toBe(303);
});

test("a new name stands beside the photos, in the menu and on the page at once", async () => {
  await publish(ida);
  expect(fieldValue(await ida.get(path), "display_name")).toBe("ida");
  const saved = await ida.post(path, { display_name: "  Ida Würth  ", bio: "Tides <and> mud" });
  expect({ status: saved.status, to: saved.headers.get("location") }).toEqual({
    status: 303,
    to: path,
  });
  const page = await ida.get(path);
  expect(page.text).toContain("Your settings are saved.");
  expect(page.text).toContain('<p class="menu__who"><strong>Ida Würth</strong>');
  expect(fieldValue(page, "display_name")).toBe("Ida Würth");
  const visitor = env.client();
  expect((await visitor.get("/")).text).toContain(">Ida Würth</a>");
  const own = await visitor.get("/@ida");
  expect(own.text).toContain("Tides &lt;and&gt; mud");
});

test("a name turns nothing else around, and the lines about a person stay lines", async () => {
  await ida.post(path, { display_name: "\u202eIda Würth\u200f", bio: "Tides\r\nand mud" });
  const own = await env.client().get("/@ida");
  expect(own.text).toContain("<bdi>Ida Würth</bdi>");
  expect(own.text).toContain(">Tides\nand mud</p>");
});

test.each([
  [{ display_name: " ", bio: "" }, "display_name", "Write a name."],
  [{ display_name: "\u200b\u3164" }, "display_name", "Write a name."],
  [{ display_name: "x".repeat(61) }, "display_name", "up to 60"],
  [{ display_name: "a\u0000b" }, "display_name", "cannot be shown"],
  [{ display_name: "Ida", bio: "x".repeat(501) }, "bio", "up to 500"],
  [{}, "display_name", "Write a name."],
])("what does not fit is refused and kept in the form: %j", async (fields, field, words) => {
  const before = await env.client().get("/@ida");
  const refused = await ida.post(path, fields);
  expect(refused.status).toBe(422);
  expect(fieldError(refused, field)).toContain(words);
  expect((await env.client().get("/@ida")).text).toContain("Ida Würth");
  expect(before.status).toBe(200);
});

test("a profile that is changed without end stays as it is", async () => {
  await haveDone(env, "profile", "ida", 60);
  const refused = await ida.post(path, { display_name: "Once more", bio: "" });
  expect(refused.status).toBe(429);
  expect(fieldValue(await ida.get(path), "display_name")).not.toBe("Once more");
});
