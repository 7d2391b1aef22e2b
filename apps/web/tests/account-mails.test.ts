import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { minutes, days } from "@tendril/runtime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { startLater, type LaterServer } from "./_later.ts";
import { mailsTo, verifyLink } from "./_mails.ts";
import { tokenOf } from "./_people.ts";
import { signedUp } from "./_uploads.ts";

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

const unconfirmed = expect.stringContaining("Your e-mail address is not confirmed yet");

describe("the mail after signing up", () => {
  test("has a link to a page with a button, which confirms the address and brings one welcome", async () => {
    const person = await signedUp(env, "carla");
    const link = await verifyLink(env, "carla");
    expect(await person.get("/")).toMatchObject({ text: unconfirmed });

    // Programs that look at links before people do change nothing.
    const page = await env.client().get(link);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining(">Confirm</button>")]);
    expect(await person.get("/")).toMatchObject({ text: unconfirmed });

    const token = tokenOf(link);
    const confirmed = await person.post("/verify-email", { token });
    expect(confirmed.status).toBe(200);
    expect(confirmed.text).toContain("Your address is confirmed");
    expect(await person.get("/")).not.toMatchObject({ text: unconfirmed });

    const again = await person.post("/verify-email", { token });
    expect([again.status, again.text]).toEqual([422, expect.stringContaining("no longer works")]);
    await env.drain();
    expect(mailsTo(env, "carla", /Welcome/)).toHaveLength(1);
    expect(mailsTo(env, "carla", /./)).toHaveLength(2);
  });

  test("works once, however often it is pressed at the same time", async () => {
    await signedUp(env, "double");
    const token = tokenOf(await verifyLink(env, "double"));
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => env.client().post("/verify-email", { token })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
    await env.drain();
    expect(mailsTo(env, "double", /Welcome/)).toHaveLength(1);
  });

  test.each(["", "invented", "🌿", "x".repeat(5_000)])(
    "is not replaced by an invented link (%#)",
    async (token) => {
      const path = `/verify-email?${new URLSearchParams({ token })}`;
      expect((await env.client().get(path)).status).toBe(200);
      const answer = await env.client().post("/verify-email", { token });
      expect([answer.status, answer.text]).toEqual([422, expect.stringContaining("too old")]);
    },
  );

  test("is too old after three days, and a new one can be had", async () => {
    const person = await signedUp(env, "late");
    const token = tokenOf(await verifyLink(env, "late"));
    later.stand(days(3) + minutes(1));
    const answer = await person.post(`${later.url}/verify-email`, { token });
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining("Send a new link")]);
  });

  test("is sent again at most once a minute, and never after the address is confirmed", async () => {
    const person = await signedUp(env, "again");
    const token = tokenOf(await verifyLink(env, "again"));
    const resend = () => person.post(`${later.url}/verify-email/resend`);
    const mails = async () => {
      await env.drain();
      return mailsTo(env, "again", /Confirm/).length;
    };
    for (const _ of [1, 2, 3]) expect((await resend()).status).toBe(303);
    expect((await person.get("/")).text).toContain("The mail is on its way.");
    expect(await mails()).toBe(2);

    later.stand(minutes(1));
    await resend();
    expect(await mails()).toBe(3);

    await person.post("/verify-email", { token });
    later.stand(minutes(2));
    await resend();
    expect(await mails()).toBe(3);
  });

  test("offers no button when its link lost what it is about on the way", async () => {
    const { text } = await env.client().get("/verify-email");
    expect(text).toContain("no longer works");
    expect(text).not.toContain(">Confirm</button>");
  });

  test("is sent again only to those who are signed in", async () => {
    const answer = await env.client().post("/verify-email/resend");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/sign-in"]);
  });
});
