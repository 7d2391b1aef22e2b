import { DEMO_PASSWORD, startTestEnv, type TestEnv } from "@tendril/dev-env";
import { days, minutes } from "@tendril/runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { startLater, type LaterServer } from "./_later.ts";
import { addressOf, mailsTo, verifyLink } from "./_mails.ts";
import {
  ask,
  changeToken,
  follow,
  page,
  proven,
  signsIn,
  tokenFor,
  unproven,
} from "./_new-address.ts";
import { linkIn, tokenOf, whoIs } from "./_people.ts";

let env: TestEnv;
let later: LaterServer;

beforeAll(async () => {
  env = await startTestEnv();
  later = await startLater(env);
});
afterAll(async () => {
  await later?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});
beforeEach(() => later.stand(0));

const unconfirmed = "Your e-mail address is not confirmed yet";

describe("a new address", () => {
  test("takes the place of the old one when its link is followed, and the old one is told", async () => {
    const { name, other, person } = await proven(env);
    expect((await ask(person, other)).headers.get("location")).toBe(page);
    expect((await person.get(page)).text).toContain(`<strong>${addressOf(other)}</strong>`);
    const token = await changeToken(env, other);

    // Programs that look at links before people do change nothing.
    const link = await env.client().get(`/change-email?token=${token}`);
    expect([link.status, link.text]).toEqual([200, expect.stringContaining("Use this address?")]);
    expect(await signsIn(env, addressOf(name))).toBe(true);
    expect(mailsTo(env, name, /was changed/)).toEqual([]);

    expect(await follow(env, token)).toMatchObject({
      status: 200,
      text: expect.stringContaining("Your address is changed"),
    });
    expect([await signsIn(env, addressOf(name)), await signsIn(env, addressOf(other))]).toEqual([
      false,
      true,
    ]);
    expect(await whoIs(person)).toBe(name);
    const settings = await person.get(page);
    expect(settings.text).toContain(`We write to <strong>${addressOf(other)}</strong>.`);
    expect(settings.text).not.toContain("Keep the address I have");
    await env.drain();
    expect(mailsTo(env, name, /address was changed/)).toHaveLength(1);
    expect(mailsTo(env, other, /./)).toHaveLength(1);
  });

  test("confirms itself for a person who mistyped the one before, and that one is told nothing", async () => {
    const { name, other, person } = await unproven(env);
    const old = tokenOf(await verifyLink(env, name));
    expect((await person.get("/")).text).toContain(unconfirmed);
    const token = await tokenFor(env, person, other);
    expect((await follow(env, token, person)).status).toBe(200);
    expect((await person.get("/")).text).not.toContain(unconfirmed);
    await env.drain();
    expect(mailsTo(env, other, /Welcome/)).toHaveLength(1);
    expect(mailsTo(env, name, /./)).toHaveLength(1);
    // What a stranger was sent is worth nothing.
    expect((await env.client().post("/verify-email", { token: old })).status).toBe(422);
  });

  test("ends links for a new password that went to the one before", async () => {
    const { name, other, person } = await unproven(env);
    await env.client().post("/forgot-password", { email: addressOf(name) });
    const token = await tokenFor(env, person, other);
    const reset = tokenOf(
      linkIn(await env.inbox.waitFor(addressOf(name), /new password/), "/reset-password"),
    );
    expect((await follow(env, token)).status).toBe(200);
    const password = "what a stranger wants";
    expect((await env.client().post("/reset-password", { token: reset, password })).status).toBe(
      422,
    );
    expect(await signsIn(env, name)).toBe(true);
  });
});

describe("a link to a new address", () => {
  test("works once, however often it is pressed at the same time", async () => {
    const { name, other, person } = await proven(env);
    const token = await tokenFor(env, person, other);
    const answers = await Promise.all([1, 2, 3, 4].map(() => follow(env, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
    expect((await follow(env, token)).text).toContain("This link no longer works");
    await env.drain();
    expect(mailsTo(env, name, /address was changed/)).toHaveLength(1);
  });

  test("is too old after three days", async () => {
    const { name, other, person } = await proven(env);
    const token = await tokenFor(env, person, other);
    later.stand(days(3) + minutes(1));
    const late = await env.client().get(`${later.url}/change-email?token=${token}`);
    expect(late.text).toContain("This link no longer works");
    expect((await env.client().post(`${later.url}/change-email`, { token })).status).toBe(422);
    expect(await signsIn(env, addressOf(name))).toBe(true);
  });

  test("is overtaken by a later request, by keeping the address and by a new password", async () => {
    const { name, other, person } = await proven(env);
    const first = await tokenFor(env, person, other);
    const second = await tokenFor(env, person, `${other}-er`);
    expect((await follow(env, first)).status).toBe(422);
    expect((await person.post(`${page}/email/keep`)).status).toBe(303);
    expect((await follow(env, second)).status).toBe(422);
    const third = await tokenFor(env, person, `${other}-est`);
    const form = { current_password: DEMO_PASSWORD, new_password: "six brown tendrils" };
    expect((await person.post(`${page}/password`, form)).status).toBe(303);
    expect((await follow(env, third)).status).toBe(422);
    expect(await signsIn(env, addressOf(name), "six brown tendrils")).toBe(true);
  });

  test("does nothing once somebody else has the address, and says so", async () => {
    const { name, other, person } = await proven(env);
    const token = await tokenFor(env, person, other);
    await env.client().signUp(other);
    const answer = await follow(env, token);
    expect([answer.status, answer.text]).toEqual([
      409,
      expect.stringContaining("belongs to another account"),
    ]);
    expect([await signsIn(env, addressOf(name)), await whoIs(person)]).toEqual([true, name]);
    expect((await person.get(page)).text).not.toContain("Keep the address I have");
    await env.drain();
    expect(mailsTo(env, name, /was changed/)).toEqual([]);
  });

  test.each(["", "invented", "🌿", "x".repeat(5_000)])(
    "is not to be invented (%#)",
    async (token) => {
      const path = `/change-email?${new URLSearchParams({ token })}`;
      expect((await env.client().get(path)).text).toContain("no longer works");
      expect((await follow(env, token)).status).toBe(422);
    },
  );

  test("is not replaced by one of another kind", async () => {
    const { name, other, person } = await unproven(env);
    const change = await tokenFor(env, person, other);
    expect((await follow(env, tokenOf(await verifyLink(env, name)))).status).toBe(422);
    expect((await env.client().post("/verify-email", { token: change })).status).toBe(422);
    const password = "by the wrong door";
    expect((await env.client().post("/reset-password", { token: change, password })).status).toBe(
      422,
    );
  });
});

test("an address that somebody has looks the same as one that is free, and gets no mail", async () => {
  const [{ name: taken }, { other: free, person, name }] = [await proven(env), await proven(env)];
  // Its welcome has come.
  await env.drain();
  const before = mailsTo(env, taken, /./).length;
  const asked = async (to: string) => {
    const answer = await ask(person, to);
    const { text } = await person.get(page);
    const shown = text.replaceAll(addressOf(to), "…").replaceAll(/<(code|time)\b.*?<\/\1>/gs, "");
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";", 1)[0]);
    return { status: answer.status, cookies, shown };
  };
  expect(await asked(taken)).toEqual(await asked(free));
  await env.drain();
  expect(mailsTo(env, taken, /./)).toHaveLength(before);
  expect(await signsIn(env, addressOf(name))).toBe(true);
});
