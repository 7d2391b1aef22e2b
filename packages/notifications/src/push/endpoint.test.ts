import { describe, expect, test } from "vitest";

import { endpointProblem, isPublicAddress } from "./endpoint.ts";

describe("an address is inside", () => {
  test.each([
    ["this machine", "127.0.0.1"],
    ["all of this machine's block", "127.255.255.254"],
    ["this machine, by IPv6", "::1"],
    ["no address yet", "0.0.0.0"],
    ["no address yet, by IPv6", "::"],
    ["a private network", "10.0.0.1"],
    ["a private network", "172.16.0.1"],
    ["a private network", "172.31.255.255"],
    ["a private network", "192.168.1.1"],
    ["the provider's network", "100.64.0.1"],
    ["the link, and the cloud's metadata", "169.254.169.254"],
    ["the containers' credentials", "169.254.170.2"],
    ["the link, by IPv6", "fe80::1"],
    ["a private network, by IPv6", "fd12:3456::1"],
    ["the cloud's metadata, by IPv6", "fd00:ec2::254"],
    ["site-local, which is no more", "fec0::1"],
    ["many at once", "224.0.0.1"],
    ["many at once, by IPv6", "ff02::1"],
    ["all at once", "255.255.255.255"],
    ["kept back", "240.0.0.1"],
    ["for benchmarks", "198.18.0.1"],
    ["for documents", "192.0.2.1"],
    ["for documents, by IPv6", "2001:db8::1"],
    ["an IPv4 address within IPv6", "::ffff:127.0.0.1"],
    ["the same in hexadecimal", "::ffff:7f00:1"],
    ["the same as it once was written", "::7f00:1"],
    ["the same as translators write it", "::ffff:0:10.0.0.1"],
    ["an IPv4 address behind a translator", "64:ff9b::a9fe:a9fe"],
    ["an IPv4 address behind a translator of one's own", "64:ff9b:1::a00:1"],
    ["an IPv4 address behind 6to4", "2002:7f00:1::"],
    ["an IPv4 address behind Teredo", "2001:0:7f00:1::1"],
    ["a link by its name", "fe80::1%eth0"],
    ["no address at all", "localhost"],
    ["nothing", ""],
  ])("%s: %s", (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([
    "8.8.8.8",
    "142.250.185.74",
    "172.32.0.1",
    "100.128.0.1",
    "2a00:1450:4001:80b::200a",
    "::ffff:8.8.8.8",
  ])("not so %s", (address) => expect(isPublicAddress(address)).toBe(true));
});

describe("an endpoint is refused for its shape", () => {
  test.each([
    ["plain http", "http://push.example.com/x"],
    ["another port", "https://push.example.com:8443/x"],
    ["a password", "https://me:secret@push.example.com/x"],
    ["another protocol", "ftp://push.example.com/x"],
    ["no address", "push.example.com"],
    ["an address of one's own", "https://localhost/x"],
    ["one's own with a dot", "https://localhost./x"],
    ["a name of this network", "https://redis/x"],
    ["a name inside the cloud", "https://ip-10-0-0-1.eu-central-1.compute.internal/x"],
    ["a private IPv4 address", "https://10.0.0.1/x"],
    ["the metadata address", "https://169.254.169.254/latest/meta-data"],
    ["the same as a number", "https://2852039166/x"],
    ["the same in octal", "https://0251.0376.0251.0376/x"],
    ["a private IPv6 address", "https://[fd00:ec2::254]/x"],
    ["an IPv4 address within IPv6", "https://[::ffff:169.254.169.254]/x"],
    ["other letters", "https://push.example.com/ü"],
    ["more than is kept", `https://push.example.com/${"x".repeat(2_000)}`],
  ])("%s", (_, endpoint) => {
    expect(endpointProblem(endpoint, { development: false })).toMatch(/\w/);
  });

  test("not when it is one of a push service", () => {
    for (const endpoint of [
      "https://fcm.googleapis.com/fcm/send/dV3x:APA91b-x_Y",
      "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl",
      "https://web.push.apple.com/QGu0",
      "https://wns2-par02p.notify.windows.com/w/?token=BQY%3d",
    ])
      expect(endpointProblem(endpoint, { development: false })).toBeNull();
  });

  test("in development this machine is allowed, and nothing else that is not outside", () => {
    const inDevelopment = (endpoint: string) => endpointProblem(endpoint, { development: true });
    expect(inDevelopment("http://127.0.0.1:4000/push/1")).toBeNull();
    expect(inDevelopment("http://localhost:4000/push/1")).toBeNull();
    expect(inDevelopment("http://push.example.com/x")).toMatch(/https/);
    expect(inDevelopment("https://192.168.1.1/x")).toMatch(/private/);
  });
});
