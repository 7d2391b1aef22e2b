import { createRequire } from "node:module";

const list: unknown = createRequire(import.meta.url)("fxa-common-password-list");

/** Whether it is among the most common passwords, in a list made for sign-up forms. */
export function isCommonPassword(password: string): boolean {
  if (
    typeof list !== "object" ||
    list === null ||
    !("test" in list) ||
    typeof list.test !== "function"
  ) {
    throw new TypeError("fxa-common-password-list has changed its shape");
  }
  return list.test(password) === true;
}
