import { randomKey } from "@tendril/runtime";
import { z } from "zod";

/** Made by the page, so that the same form sent twice is known to be the same. */
export const formToken = z
  .string()
  .regex(/^[\w-]{8,32}$/, "This form is not complete. Load the page again.");

export function newFormToken(): string {
  return randomKey(96);
}
