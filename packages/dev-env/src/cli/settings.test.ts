import { expect, test } from "vitest";

import { readFleetSettings } from "./fleet-settings.ts";
import { readSettings } from "./settings.ts";

test("the inbox listens beside the gallery, unless it is told where", () => {
  expect(readSettings([], {})).toMatchObject({ port: 8080, inboxPort: 8081, fresh: false });
  expect(readSettings(["--fresh"], { PORT: "9000" })).toMatchObject({
    port: 9000,
    inboxPort: 9001,
    fresh: true,
  });
  expect(readSettings([], { PORT: "9000", INBOX_PORT: "7000" })).toMatchObject({ inboxPort: 7000 });
});

test("mistakes are told in one line", () => {
  expect(() => readSettings(["--frash"], {})).toThrow(/^Unknown option --frash: see .*$/);
  expect(() => readSettings([], { PORT: "http" })).toThrow(
    /^PORT must be a port between 1 and 65535$/,
  );
  for (const read of [readSettings, readFleetSettings])
    expect(() => read([], { DATA_DIR: "" })).toThrow(/^DATA_DIR must name a folder$/);
});
