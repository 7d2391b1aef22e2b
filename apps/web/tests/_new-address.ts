import { DEMO_PASSWORD, type Client, type ClientPage, type TestEnv } from "@tendril/dev-env";
import { expect } from "vitest";

import { addressOf, verifyLink } from "./_mails.ts";
import { linkIn, tokenOf } from "./_people.ts";

export const page = "/settings/security";
let people = 0;

/** Somebody who wants another address. */
export type Mover = { name: string; other: string; person: Client };

export async function unproven(env: TestEnv): Promise<Mover> {
  const name = `mover-${people++}`;
  const person = env.client();
  await person.signUp(name);
  return { name, other: `${name}-new`, person };
}

export async function proven(env: TestEnv): Promise<Mover> {
  const one = await unproven(env);
  const token = tokenOf(await verifyLink(env, one.name));
  expect((await one.person.post("/verify-email", { token })).status).toBe(200);
  return one;
}

export function ask(person: Client, to: string, password = DEMO_PASSWORD): Promise<ClientPage> {
  return person.post(`${page}/email`, { new_email: addressOf(to), email_password: password });
}

/** The link in the newest mail that asks that address whether it is to be used. */
export async function changeToken(env: TestEnv, to: string): Promise<string> {
  await env.drain();
  return tokenOf(linkIn(await env.inbox.waitFor(addressOf(to), /new e-mail/), "/change-email"));
}

export async function tokenFor(env: TestEnv, person: Client, to: string): Promise<string> {
  expect((await ask(person, to)).status).toBe(303);
  return changeToken(env, to);
}

export function follow(env: TestEnv, token: string, by = env.client()): Promise<ClientPage> {
  return by.post("/change-email", { token });
}

export async function signsIn(
  env: TestEnv,
  login: string,
  password = DEMO_PASSWORD,
): Promise<boolean> {
  return (await env.client().post("/sign-in", { login, password })).status === 303;
}
