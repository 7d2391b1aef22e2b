import { z } from "zod";

import type { Field } from "../confirm.ts";

/** A whole number of a form, within these. */
export const count = (least: number, most: number) =>
  z
    .string("Write a whole number.")
    .regex(/^\d{1,9}$/, "Write a whole number.")
    .transform(Number)
    .refine(
      (number) => number >= least && number <= most,
      `From ${least} to ${most.toLocaleString("en-GB")}.`,
    );

const fastest = 10_000;

/** Letters a second; null where nothing was said. */
export const pace = z
  .string()
  .trim()
  .transform((text) => (text === "" ? null : text))
  .pipe(count(1, fastest).nullable());

export const paceField = (hint: string): Field => ({
  name: "rate",
  label: "Letters a second",
  type: "number",
  optional: true,
  hint,
  attributes: [
    ["min", 1],
    ["max", fastest],
  ],
});
