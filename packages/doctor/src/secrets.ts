import type { Environment } from "@tendril/runtime";

const secretName = /SECRET|PASSWORD|PRIVATE_KEY|SESSION_TOKEN/;
const shortest = 4;

/** Words of libraries may repeat what they were given. */
export function hideSecrets(text: string, environment: Environment): string {
  let hidden = text;
  for (const secret of secretsOf(environment)) hidden = hidden.replaceAll(secret, "[kept out]");
  return hidden;
}

function secretsOf(environment: Environment): string[] {
  const found: string[] = [];
  for (const [name, value = ""] of Object.entries(environment)) {
    if (secretName.test(name)) found.push(value, ...value.split(","));
    const password = URL.parse(value)?.password ?? "";
    found.push(password, safelyDecoded(password));
  }
  // The longest first: one may be part of another.
  return found
    .map((secret) => secret.trim())
    .filter((secret) => secret.length >= shortest)
    .toSorted((a, b) => b.length - a.length);
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
