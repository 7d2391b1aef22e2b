import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { cronFile, lintCronFile, readCronFile, timedTasks } from "./index.ts";

const real = await readFile(cronFile, "utf8");

test("apps/worker/cron.yaml is one that the platform takes, with every task", () => {
  expect(lintCronFile(real, "apps/worker/cron.yaml")).toEqual([]);
  const names = readCronFile(real).tasks.map(({ task }) => task);
  expect(names.toSorted()).toEqual(Object.keys(timedTasks).toSorted());
});

const lint = (text: string) => lintCronFile(text, "cron.yaml");
const lineOf = (text: string, content: string) =>
  text.slice(0, text.indexOf(content)).split("\n").length;

test.each([
  ["version: 1\n", "version: 2\n", "version: 2", /the integer 1: write version: 1/],
  ["version: 1\n", 'version: "1"\n', "version:", /the integer 1/],
  ["version: 1\n", "version: 1.0\n", "version:", /the integer 1/],
  ["version: 1\n", "version: 1\nzone: UTC\n", "zone", /"zone" means nothing here/],
  ["name: purge", "name: tidy", "name: tidy", /no job handles the task "tidy": correct the name/],
  ["name: purge", "name: 7", "name: 7", /a task needs a name, a text/],
  [
    "name: purge",
    "name: send-digests",
    "url: /tasks/purge",
    /url of "send-digests" must be \/tasks/,
  ],
  ["/tasks/purge", "/purge", "url: /purge", /the url of "purge" must be \/tasks\/purge/],
  ["    url: /tasks/purge\n", "", "name: purge", /a task needs a url/],
  ['"20 3 * * *"', '"20 25 * * *"', '"20 25', /the schedule of "purge": the hour "25"/],
  ['"20 3 * * *"', '"@daily"', "@daily", /1 fields: write five/],
  ['"20 3 * * *"', "*/20 3 * * *", "*/20 3", /not YAML: what begins with \* needs quotes/],
  ['"20 3 * * *"', '"20 3 * * *"\n    timezone: UTC', "timezone", /"timezone" means nothing/],
])("%j as %j is a mistake in the line of %j", (right, wrong, where, why) => {
  const text = real.replace(right, wrong);
  expect(text).not.toBe(real);
  const line = lineOf(text, where);
  expect(lint(text)).toContainEqual(
    expect.stringMatching(new RegExp(`^cron\\.yaml:${line}: .*${why.source}`)),
  );
});

test("what is missing, doubled or no list is said", () => {
  const [, ...tasks] = real.split(/(?=^ {2}- name)/m);
  const [first = ""] = tasks;
  expect(lint(real.replace(first, ""))).toEqual([
    expect.stringMatching(/the task "send-digests" has no entry: it would never fire; add one$/),
  ]);
  expect(lint(real + first)).toEqual([
    expect.stringMatching(/^cron.yaml:16: there are two tasks "send-digests"/),
  ]);
  expect(lint("")).toEqual([expect.stringMatching(/^cron.yaml:1: write "version: 1"/)]);
  expect(lint("version: 1\ncron: none\n")).toEqual([
    expect.stringMatching(/^cron.yaml:2: there is no list of tasks/),
  ]);
  expect(lint("version: 1\ncron:\n  - purge\n")).toContainEqual(
    expect.stringMatching(/^cron.yaml:3: a task is a map/),
  );
});

test("all mistakes are named at once, in the order of their lines", () => {
  const found = lint(
    real.replace("version: 1", "version: 3").replace("20 3", "20 99").replace("/tasks/p", "/p"),
  );
  expect(found.map((line) => line.split(":")[1])).toEqual(["1", "14", "15"]);
});
