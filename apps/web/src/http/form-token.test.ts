import { expect, test } from "vitest";

import { formToken, newFormToken } from "./form-token.ts";

test("a form's token is new each time, and is one that forms are taken with", () => {
  const [one, other] = [newFormToken(), newFormToken()];
  expect(one).not.toBe(other);
  expect(formToken.parse(one)).toBe(one);
  for (const bad of ["", "short", "x".repeat(33), "with space", "ünïcode!", undefined])
    expect(formToken.safeParse(bad).success).toBe(false);
});
