import { expect, test } from "vitest";

import { InsideAddressError, publicReach, type Address } from "./reach.ts";

const four = (address: string): Address => ({ address, family: 4 });
const six = (address: string): Address => ({ address, family: 6 });

/** What a connection to that name would go to, by a name server that answers this, one after the other. */
function asked(...answers: (readonly Address[])[]) {
  const { lookup } = publicReach(async () => answers.shift() ?? []);
  return () =>
    new Promise((resolve, reject) =>
      lookup?.("push.example.com", { all: true }, (error, found) =>
        error ? reject(error) : resolve(found),
      ),
    );
}

test.each([
  ["this machine", [four("127.0.0.1")]],
  ["a private network", [four("10.1.2.3")]],
  ["the metadata address", [four("169.254.169.254")]],
  ["this machine, by IPv6", [six("::1")]],
  ["an IPv4 address within IPv6", [six("::ffff:10.0.0.1")]],
  ["a private network both ways", [four("192.168.0.1"), six("fd00::1")]],
  ["nowhere", []],
])("a name that leads to %s is not gone after", async (_, answer) => {
  await expect(asked(answer)()).rejects.toThrow(InsideAddressError);
});

test("of several addresses only those outside are tried", async () => {
  const look = asked([four("10.0.0.1"), four("8.8.8.8"), six("::1"), six("2a00:1450::1")]);
  expect(await look()).toEqual([four("8.8.8.8"), six("2a00:1450::1")]);
});

test("a name that leads outside the first time is looked at again the next", async () => {
  const look = asked([four("8.8.8.8")], [four("127.0.0.1")]);
  expect(await look()).toEqual([four("8.8.8.8")]);
  await expect(look()).rejects.toThrow(InsideAddressError);
});

test("whoever asks for one address gets one", async () => {
  const { lookup } = publicReach(async () => [four("127.0.0.1"), four("8.8.8.8")]);
  const found = await new Promise((resolve) =>
    lookup?.("push.example.com", {}, (...answer) => resolve(answer)),
  );
  expect(found).toEqual([null, "8.8.8.8", 4]);
});

test("a name server's own failure is told as it is", async () => {
  const { lookup } = publicReach(() => Promise.reject(new Error("queryA ESERVFAIL")));
  const looked = new Promise((_, reject) =>
    lookup?.("push.example.com", { all: true }, (error) => reject(error)),
  );
  await expect(looked).rejects.toThrow("ESERVFAIL");
});
