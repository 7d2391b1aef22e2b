import { createECDH } from "node:crypto";

import { expect, test } from "vitest";

import { decrypt, newKeys } from "./decrypt.ts";

/** The example of RFC 8291, appendix A. */
const example = {
  privateKey: "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
  body: "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
};

test("the example of the standard is read as the standard says", () => {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(example.privateKey, "base64url");
  const body = Buffer.from(example.body, "base64url");
  const auth = Buffer.from(example.auth, "base64url");
  expect(decrypt(body, { pair, auth })).toBe("When I grow up, I want to be a watermelon");
  expect(() => decrypt(body, newKeys())).toThrow();
  expect(() => decrypt(body, { pair, auth: newKeys().auth })).toThrow();
});
