import { once } from "node:events";
import { createServer } from "node:http";

import { seconds, UnavailableError } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { connectStorage, probeStorage } from "./storage.ts";

/** Takes requests in, and never answers. */
const silent = createServer();

beforeAll(async () => {
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : "";
  vi.stubEnv("AWS_ENDPOINT_URL_S3", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterAll(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  silent.closeAllConnections();
  silent.close();
  await once(silent, "close");
});

test("an S3 that takes requests in and never answers is away", async () => {
  const cdnBaseUrl = "http://localhost";
  const config = { region: "eu-central-1", bucket: "photos", cdnBaseUrl, maxBytes: 1, tries: 1 };
  using storage = connectStorage(config);
  const asked = once(silent, "request");
  const probe = probeStorage(storage).catch((error: unknown) => error);
  await asked;
  vi.advanceTimersByTime(seconds(20));
  expect(await probe).toBeInstanceOf(UnavailableError);
});
