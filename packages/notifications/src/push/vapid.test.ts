import { createECDH } from "node:crypto";

import { describe, expect, test } from "vitest";

import { checkVapid, publicKey, readVapid, vapidVariables } from "./vapid.ts";

function newPair() {
  const pair = createECDH("prime256v1");
  return { shown: pair.generateKeys("base64url"), secret: pair.getPrivateKey("base64url") };
}

const { shown, secret } = newPair();
const subject = "mailto:operators@tendril.example";
const complete = { VAPID_PUBLIC_KEY: shown, VAPID_PRIVATE_KEY: secret, VAPID_SUBJECT: subject };
const unset = {
  VAPID_PUBLIC_KEY: undefined,
  VAPID_PRIVATE_KEY: undefined,
  VAPID_SUBJECT: undefined,
};
const wrong = (values: Parameters<typeof checkVapid>[0], secure = true) =>
  checkVapid({ ...unset, ...values }, secure).map(({ variable }) => variable);

describe("the keys for pushes", () => {
  test("are all there, or none", () => {
    expect(wrong(complete)).toEqual([]);
    expect(readVapid(complete)).toEqual({ publicKey: shown, privateKey: secret, subject });
    expect(wrong({})).toEqual([]);
    expect(readVapid({})).toBeNull();
    expect(wrong({ VAPID_PUBLIC_KEY: shown })).toEqual(["VAPID_PRIVATE_KEY", "VAPID_SUBJECT"]);
    expect(wrong({ ...complete, VAPID_SUBJECT: undefined })).toEqual(["VAPID_SUBJECT"]);
  });

  test("are not called missing when they are there and cannot be read", () => {
    expect(checkVapid({ VAPID_PUBLIC_KEY: shown, VAPID_SUBJECT: subject }, true)).toEqual([]);
  });

  test("belong together", () => {
    expect(wrong({ ...complete, VAPID_PRIVATE_KEY: newPair().secret })).toEqual([
      "VAPID_PRIVATE_KEY",
    ]);
  });

  test("are points of the curve", () => {
    const bytes = Buffer.from(shown, "base64url");
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    for (const key of [bytes.toString("base64url"), shown.slice(0, -4), secret, "", `${shown}=`])
      expect(publicKey.safeParse(key).success).toBe(false);
    expect(publicKey.safeParse(shown).success).toBe(true);
  });

  test.each([
    ["VAPID_PRIVATE_KEY", "short"],
    ["VAPID_SUBJECT", "operators@tendril.example"],
    ["VAPID_SUBJECT", "http://tendril.example"],
  ] as const)("%s is not %s", (name, value) => {
    expect(vapidVariables[name].safeParse(value).success).toBe(false);
  });
});
