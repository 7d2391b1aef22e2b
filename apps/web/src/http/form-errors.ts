import type { z } from "zod";

/** The first message of each field; "" is for the form as a whole. */
export function errorsByField(error: z.ZodError): Record<string, string> {
  return Object.fromEntries(
    error.issues.map(({ path, message }) => [path.join("."), message]).reverse(),
  );
}
