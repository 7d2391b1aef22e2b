import { expect, test } from "vitest";
import { z } from "zod";

import { errorsByField } from "./form-errors.ts";

test("errorsByField gives the first message of each field, and those of the whole under no name", () => {
  const form = z
    .object({
      name: z.string().min(3, "too short").regex(/^\w+$/, "odd characters"),
      age: z.number("not a number"),
      nested: z.object({ deep: z.string("missing") }),
    })
    .refine(() => false, { message: "all of it is wrong", when: () => true });
  const { error } = form.safeParse({ name: "!", age: "x", nested: {} });
  expect(error && errorsByField(error)).toEqual({
    name: "too short",
    age: "not a number",
    "nested.deep": "missing",
    "": "all of it is wrong",
  });
});
