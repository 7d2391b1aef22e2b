import { readFileSync } from "node:fs";

import { createConnection } from "mysql2/promise";

import { type Client, createClient } from "../client/client.ts";
import type { Mailbox } from "../fronts/ses/mailbox.ts";
import type { Variables } from "../space/environment.ts";
import { until } from "../wait.ts";
import { ALBUM, type DemoPhoto, photoPath } from "./album.ts";
import { CAST } from "./cast.ts";
import { openProgress, type Progress } from "./progress.ts";
import { seedTalk, talkLeft } from "./seed-talk.ts";

type Options = {
  url: string;
  /** Servers that do not know each other's sign-ins: the photos go to one after the other. Only `url`, if not said. */
  doors?: readonly string[];
  dataDir: string;
  environment: Variables;
  mailbox: Mailbox;
  signal: AbortSignal;
  say: (line: string) => void;
};

type People = Map<string, Client>;

/**
 * Brings in the cast and the album through the site's own pages, like people would, once.
 * Interrupted, it goes on at the next start: each photo has a form token of its own, so the
 * site knows a form that it was sent before.
 */
export async function seedDemo(options: Options): Promise<void> {
  const { dataDir, signal, say } = options;
  const progress = openProgress(dataDir);
  const wanted = ALBUM.filter(({ file }) => !progress.has(file));
  const verified = CAST.every(({ name }) => progress.has(`verified ${name}`));
  if (wanted.length === 0 && verified && talkLeft(progress).length === 0) return;

  say(
    `Bringing in the demo ${wanted.length > 0 ? `album: ${wanted.length} photos` : "people"}, in the background …`,
  );
  const started = performance.now();
  const { doors: [door = options.url, ...others] = [] } = options;
  const people = await bringPeople({ ...options, url: door }, progress);
  const atDoors = [people];
  for (const url of others) atDoors.push(await bringPeople({ ...options, url }, progress));
  for (const photo of wanted) {
    signal.throwIfAborted();
    await upload(atDoors[ALBUM.indexOf(photo) % atDoors.length] ?? people, photo);
    progress.add(photo.file);
  }
  await verifyAddresses(options, progress, people);
  await seedTalk(people, progress, signal);
  // These browsers do not come back: nobody is to count them as signed in.
  for (const client of atDoors.flatMap((each) => [...each.values()]))
    await client.post("/sign-out");
  say(`✓ Demo album … ${((performance.now() - started) / 1_000).toFixed(1)} s`);
}

async function bringPeople(
  { url, environment, signal }: Options,
  progress: Progress,
): Promise<People> {
  const people: People = new Map();
  for (const { name, role } of CAST) {
    signal.throwIfAborted();
    const client = createClient(url);
    people.set(name, client);
    if (progress.has(name)) {
      await client.signIn(name);
      continue;
    }
    // Signed up before, when an earlier start was killed in between.
    await client.signUp(name).catch(() => client.signIn(name));
    if (role === "operator") await promote(environment, name);
    progress.add(name);
  }
  return people;
}

/** The first operator is made from outside the site, as with `ops user promote`. */
async function promote(environment: Variables, name: string): Promise<void> {
  await using connection = await createConnection({
    host: environment["RDS_HOSTNAME"] ?? "",
    port: Number(environment["RDS_PORT"]),
    user: environment["RDS_USERNAME"] ?? "",
    password: environment["RDS_PASSWORD"] ?? "",
    database: environment["RDS_DB_NAME"] ?? "",
    connectTimeout: 5_000,
  });
  await connection.execute("UPDATE users SET role = 'operator' WHERE username = ?", [name]);
}

async function upload(
  people: People,
  { file, owner, caption, alt, credit }: DemoPhoto,
): Promise<void> {
  const content = new Uint8Array(readFileSync(photoPath(file)));
  const fields = { form_token: `demo-${file.replace(/\.jpg$/, "")}`, caption, alt, credit };
  const answer = await people
    .get(owner)
    ?.postMultipart("/upload", fields, [
      { field: "photos", name: file, content, type: "image/jpeg" },
    ]);
  if (answer?.status !== 303)
    throw new Error(`Uploading ${file} was answered with ${answer?.status}`);
}

/** Reads the mail and follows its link, as each of them would. */
async function verifyAddresses(
  { mailbox, signal }: Options,
  progress: Progress,
  people: People,
): Promise<void> {
  for (const [name, client] of people) {
    if (progress.has(`verified ${name}`)) continue;
    const link = await until(() => findLink(mailbox, `${name}@example.com`), {
      timeout: 30_000,
      every: 200,
      signal,
      failure: () => `no mail came for ${name}@example.com`,
    });
    const token = new URL(link).searchParams.get("token") ?? "";
    const answer = await client.post("/verify-email", { token });
    if (answer.status !== 200 && answer.status !== 303)
      throw new Error(`The address of ${name} was not verified: ${answer.status}`);
    progress.add(`verified ${name}`);
  }
}

function findLink(mailbox: Mailbox, address: string): string | undefined {
  const mails = mailbox.list().filter(({ to }) => to.includes(address));
  return mails
    .map(({ text }) => /https?:\/\/\S*\/verify-email\?\S+/.exec(text)?.[0])
    .find((link) => link !== undefined);
}
