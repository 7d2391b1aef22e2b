import type { TestEnv } from "@tendril/dev-env";

import { linkIn } from "./_people.ts";

export const addressOf = (name: string): string => `${name}@example.com`;

/** Every mail to that person whose subject fits, newest first. */
export function mailsTo({ inbox }: TestEnv, name: string, subject: RegExp) {
  return inbox
    .list()
    .filter((mail) => mail.to.includes(addressOf(name)) && subject.test(mail.subject));
}

/** The link of the mail that came when that person signed up. */
export async function verifyLink({ inbox }: TestEnv, name: string): Promise<string> {
  return linkIn(await inbox.waitFor(addressOf(name), /Confirm/), "/verify-email");
}
