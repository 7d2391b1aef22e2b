import type { Client, TestEnv } from "@tendril/dev-env";

import { query } from "./_social.ts";

/** Past the site, as the first operator comes to be. */
export async function promote(env: TestEnv, name: string): Promise<void> {
  await query(env, "UPDATE users SET role = 'operator' WHERE username = ?", [name]);
}

/** Somebody new who is an operator, signed in. */
export async function signUpOperator(env: TestEnv, name: string): Promise<Client> {
  const client = env.client();
  await client.signUp(name);
  await promote(env, name);
  return client;
}
