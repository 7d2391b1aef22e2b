import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { createConnection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  builtBundle,
  createEnvironment,
  openInstance,
  type PlayedEnvironment,
} from "../src/platform/index.ts";
import { linkTree } from "../src/platform/unpack.ts";
import { localProperties, openGround } from "./_platform.ts";

let ground: Awaited<ReturnType<typeof openGround>>;
let bundle: string;
let web: PlayedEnvironment;

beforeAll(async () => {
  ground = await openGround();
  const { machine, space, port, servers } = ground;
  bundle = await builtBundle(servers, "web");
  const properties = localProperties;
  web = await createEnvironment({ machine, tier: "web", space, bundle, port, properties });
}, 300_000);
afterAll(async () => {
  await web?.[Symbol.asyncDispose]();
  await ground?.[Symbol.asyncDispose]();
}, 120_000);

/** The web bundle with migrations more, each one statement. */
async function laterRelease(name: string, migrations: Record<string, string>): Promise<string> {
  const folder = join(ground.machine.folder, "bundles", name);
  await linkTree(bundle, folder);
  const schema = join(folder, "node_modules/@tendril/database/src/migrations");
  const index = join(schema, "index.js");
  const names = Object.keys(migrations);
  for (const each of names) {
    const text = `export const migration = {
      name: "${each}", up: (sql) => sql(${JSON.stringify(migrations[each])}), down: async () => {} };\n`;
    writeFileSync(join(schema, `${each}.js`), text);
  }
  const imports = names.map((each, at) => `import { migration as m${at} } from "./${each}.js";\n`);
  const listed = names.map((_, at) => `m${at},`).join("");
  const before = readFileSync(index, "utf8");
  rmSync(index);
  writeFileSync(index, imports.join("") + before.replace(/\n\];\s*$/, `\n${listed}];\n`));
  return folder;
}

async function query<Row>(sql: string): Promise<(Row & RowDataPacket)[]> {
  const { mariadb } = ground.servers;
  await using connection = await createConnection({
    host: "127.0.0.1",
    ...mariadb,
    database: ground.space.name,
  });
  const [rows] = await connection.query<(Row & RowDataPacket)[]>(sql);
  return rows;
}

const ran = async () =>
  (
    await query<{ name: string }>(
      "SELECT name FROM migrations WHERE name LIKE '2099%' ORDER BY name",
    )
  ).map(({ name }) => name);
const front = async () => (await ground.client().get("/")).status;

test("a migration that fails half-way ends the deployment, the old release serves, the next one goes on", async () => {
  const first = "20990101000000-a-note";
  const second = "20990102000000-a-length-for-it";
  const note = "ALTER TABLE photos ADD COLUMN note VARCHAR(200) NULL";
  const broken = await laterRelease("broken", {
    [first]: note,
    [second]: "ALTER TABLE photoes ADD COLUMN note_length INT NULL",
  });
  await expect(web.deploy(broken)).rejects.toMatchObject({
    step: "container_commands 01-migrate",
    output: expect.stringMatching(/photoes' doesn't exist/),
  });
  expect(await ran()).toEqual([first]);
  expect(await front()).toBe(200);
  expect(web.instances[0]?.processes[0]?.exits).toBe(0);

  const mended = await laterRelease("mended", {
    [first]: note,
    [second]: "ALTER TABLE photos ADD COLUMN note_length INT NULL",
  });
  await web.deploy(mended);
  expect(await ran()).toEqual([first, second]);
  expect(await front()).toBe(200);
}, 120_000);

test("a bundle older than the schema works: that is the way back", async () => {
  await web.deploy(bundle);
  expect(await ran()).toHaveLength(2);
  expect(await front()).toBe(200);
  const person = ground.client();
  await person.signUp("ida");
  const ready = await person.get("/health/ready", { accept: "application/json" });
  expect(ready.json()).toMatchObject({ ready: true, schema: "ok" });
}, 120_000);

test("of two that migrate at once the second waits for the first", async () => {
  await using other = await createConnection({ host: "127.0.0.1", ...ground.servers.mariadb });
  await other.query("SELECT GET_LOCK('tendril-migrations', 60)");
  const deployed = web.deploy(bundle);
  const waiting = () =>
    query<{ state: string }>(
      `SELECT state FROM information_schema.processlist
        WHERE db = '${ground.space.name}' AND info LIKE 'SELECT GET_LOCK%'`,
    );
  await expect.poll(waiting, { timeout: 30_000 }).toMatchObject([{ state: "User lock" }]);
  expect(await front()).toBe(200);
  await other.query("SELECT RELEASE_LOCK('tendril-migrations')");
  await deployed;
  expect(await front()).toBe(200);
}, 120_000);

test("without its secrets the app does not start, and the deployment says all that is missing", async () => {
  const { machine, space } = ground;
  await using instance = await openInstance({
    machine,
    name: "without-secrets",
    region: "eu-central-1",
    properties: {
      ...space.environment,
      ...localProperties,
      SESSION_SECRETS: "",
      TOKEN_SECRETS: "",
      RDS_PASSWORD: "",
    },
  });
  await expect(instance.deploy(bundle, { leader: false })).rejects.toMatchObject({
    step: "the app",
    output: [
      "The environment is not complete:",
      ...["RDS_PASSWORD", "SESSION_SECRETS", "TOKEN_SECRETS"].map(
        (name) => `  ${name}: is missing`,
      ),
    ].join("\n"),
  });
  expect(instance.processes).toEqual([]);
}, 60_000);
