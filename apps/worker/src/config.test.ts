import { readFileSync } from "node:fs";

import { ConfigError, type Environment } from "@tendril/runtime";
import { expect, test } from "vitest";

import { readConfig } from "./config.ts";

const local = {
  PUBLIC_URL: "http://localhost:8080/",
  RDS_HOSTNAME: "127.0.0.1",
  RDS_DB_NAME: "tendril",
  RDS_USERNAME: "tendril",
  RDS_PASSWORD: "secret of the database",
  AWS_REGION: "eu-central-1",
  QUEUE_PREFIX: "tendril",
  PHOTO_BUCKET: "photos",
  CDN_BASE_URL: "http://localhost:9000",
  TOKEN_SECRETS: "development-token-secret",
  MAIL_FROM: "Tendril <news@tendril.example>",
  MAIL_FROM_ESSENTIAL: "account@tendril.example",
};

function mistakesOf(environment: Environment): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map(({ variable }) => variable);
  }
}

test("what is needed is enough", () => {
  expect(mistakesOf(local)).toEqual([]);
});

test.each([
  ["MAIL_FROM", "Tendril"],
  ["MAIL_FROM", "Tendril <news@tendril.example>, you@example.com"],
  ["MAIL_FROM_ESSENTIAL", "<account@tendril.example"],
  ["MAIL_FROM_ESSENTIAL", "Tendril\r\nBcc: you@example.com <account@tendril.example>"],
  ["TOKEN_SECRETS", "short"],
])("%s=%s is refused", (name, value) => {
  expect(mistakesOf({ ...local, [name]: value })).toEqual([name]);
});

test("under https the secrets must be real ones", () => {
  const served = { ...local, PUBLIC_URL: "https://tendril.example" };
  expect(mistakesOf(served)).toEqual(["TOKEN_SECRETS"]);
});

test("the example file names exactly the variables that are read, each with a word about it", () => {
  const read = new Set<string>();
  const asked = new Proxy<Environment>({}, { get: (_, name) => void read.add(String(name)) });
  expect(() => readConfig(asked)).toThrow(ConfigError);

  const lines = readFileSync(new URL("../.env.example", import.meta.url), "utf8").split("\n");
  const names = lines.flatMap((line) => /^(?:# )?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? []);
  expect(names.toSorted()).toEqual([...read].toSorted());
  for (const name of names) {
    const at = lines.findIndex((line) => line.replace("# ", "").startsWith(`${name}=`));
    expect(lines[at - 1]).toMatch(/^# [A-Z]/);
  }
});
