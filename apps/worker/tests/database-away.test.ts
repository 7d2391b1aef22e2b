import { readGalleryVersion } from "@tendril/database";
import { readHistory } from "@tendril/jobs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { mails, openCrew, type Crew } from "./_crew.ts";

let crew: Crew;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

test("a job in whose middle the database goes away is handed back when it is there again, uncharged", async () => {
  const began = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const noticed = Promise.withResolvers<void>();
  await using _worker = await crew.worker({
    handlers: {
      "send-email": {
        async run({ db }) {
          began.resolve();
          await goOn.promise;
          await readGalleryVersion(db).finally(noticed.resolve);
          return { state: "done" };
        },
      },
    },
  });
  const [id = ""] = await crew.send("send-email", mails(1));
  await began.promise;
  await crew.env.stop("database");
  goOn.resolve();
  await noticed.promise;
  await crew.env.resume("database");

  await expect
    .poll(() => crew.row(id), { timeout: 25_000 })
    .toMatchObject({ state: "done", attempts: 1, claims: 2 });
  expect(readHistory((await crew.row(id)).history)).toMatchObject([{ outcome: "handed back" }]);
});
