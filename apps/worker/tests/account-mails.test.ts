import { createToken, redeemToken, type EmailTemplate, type UserRow } from "@tendril/database";
import { days } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openLetters, type Letters } from "./_letters.ts";

let letters: Letters;
let worker: AsyncDisposable;

beforeAll(async () => {
  letters = await openLetters();
  worker = await letters.worker();
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await letters?.[Symbol.asyncDispose]();
});

/** To an address that may not be the account's any more when the mail goes. */
async function goesTo(email: string, to: UserRow, template: EmailTemplate): Promise<boolean> {
  const { status } = await letters.mail({ ...to, email }, template);
  expect(["sent", "skipped"]).toContain(status);
  return status === "sent";
}

test.each(["verify-email", "reset-password"] as const)(
  "%s goes to no address that the account had before",
  async (template) => {
    const person = await letters.person("Mona");
    expect(await goesTo("mistyped@example.com", person, template)).toBe(false);
    expect(await goesTo(person.email, person, template)).toBe(true);
  },
);

test("a link for a new address goes there only while it is the one that is wanted", async () => {
  const person = await letters.person("Nils", { wantedEmail: "last@example.com" });
  expect(await goesTo("first@example.com", person, "change-email")).toBe(false);
  expect(await goesTo("last@example.com", person, "change-email")).toBe(true);
  const kept = await letters.person("Nora");
  expect(await goesTo("last@example.com", kept, "change-email")).toBe(false);
});

test("the way back is not mailed for changes from before the account was taken back", async () => {
  const { db, clock } = letters;
  const person = await letters.person("Olaf");
  expect(await goesTo("before@example.com", person, "email-changed")).toBe(true);
  const token = { purpose: "take-back" as const, userId: person.id, email: person.email };
  const expiresAt = new Date(clock.now().getTime() + days(3));
  const secret = await createToken(db, { ...token, expiresAt });
  const until = new Date(Date.now() + 60_000);
  expect(await redeemToken(db, "take-back", secret, until)).not.toBeNull();
  expect(await goesTo("thief@example.com", person, "email-changed")).toBe(false);
  expect(await goesTo(person.email, person, "email-changed")).toBe(false);
});
