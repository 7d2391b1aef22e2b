import { readFileSync } from "node:fs";

import { ALBUM, photoPath, startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env?.[Symbol.asyncDispose]());

const photo = (file: string) => ({
  field: "photos",
  name: file,
  content: new Uint8Array(readFileSync(photoPath(file))),
  type: "image/jpeg",
});

async function upload(visitor: ReturnType<TestEnv["client"]>, file: string): Promise<number> {
  const words = ALBUM.find((each) => each.file === file);
  const fields = {
    form_token: `test-${file.replace(".jpg", "")}`,
    caption: words?.caption ?? "",
    alt: words?.alt ?? "",
    credit: words?.credit ?? "",
  };
  return (await visitor.postMultipart("/upload", fields, [photo(file)])).status;
}

describe("a test environment", () => {
  test("takes a photo through the whole pipeline", async () => {
    const bruno = env.client();
    await bruno.signUp("bruno");
    expect(await upload(bruno, "fig.jpg")).toBe(303);
    await env.drain();
    await expect
      .poll(async () => (await env.client().get("/")).text, { timeout: 5_000 })
      .toContain("Half a fig on a red oval dish");
  });

  test("shows the mail", async () => {
    expect((await env.inbox.waitFor("bruno@example.com", /./)).text).toMatch(
      /http:\/\/localhost:\d+\/verify-email/,
    );
  });

  test("has a real browser", async () => {
    const page = await env.browser();
    await page.goto("/");
    expect(await page.locator("img[alt^='Half a fig']").boundingBox()).toMatchObject({
      width: expect.any(Number),
    });
  });

  // The relay sends what was left behind only after a while.
  test("keeps jobs while SQS is away", { timeout: 90_000 }, async () => {
    const bruno = env.client();
    await bruno.signIn("bruno");
    await env.stop("sqs");
    expect(await upload(bruno, "clock.jpg")).toBe(303);
    await expect(env.drain(300)).rejects.toThrow(/process-photo: queued/);
    await env.resume("sqs");
    await env.drain(60_000);
  });

  test.each(["database", "redis", "s3", "ses"] as const)(
    "survives that %s is away for a moment",
    async (dependency) => {
      await env.stop(dependency);
      await env.client().get("/");
      await env.resume(dependency);
      await expect
        .poll(async () => (await env.client().get("/")).status, { timeout: 10_000 })
        .toBe(200);
    },
  );

  test("refuses tiers of a second one in the same process", async () => {
    await expect(startTestEnv()).rejects.toThrow(/processes: true/);
  });
});

test("tiers as processes can be killed, and started again", { timeout: 60_000 }, async () => {
  await using own = await startTestEnv({ processes: true });
  const bruno = own.client();
  await bruno.signUp("bruno");
  await own.drain();
  await own.worker.kill("SIGKILL");
  expect(await upload(bruno, "drum.jpg")).toBe(303);
  await own.worker.start();
  await own.drain();
});
