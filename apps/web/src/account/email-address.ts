import { z } from "zod";

const rule = "This does not look like an e-mail address.";

export const emailAddress = z
  .string(rule)
  .trim()
  .max(254, "Use an address of up to 254 characters.")
  .pipe(z.email(rule));
