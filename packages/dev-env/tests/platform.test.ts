import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createConnection } from "mysql2/promise";
import { until } from "../src/wait.ts";
import { afterAll, beforeAll, expect, test } from "vitest";

import { quadrants } from "../src/album/index.ts";
import { builtBundle, createEnvironment, type PlayedEnvironment } from "../src/platform/index.ts";
import { describeTick } from "../src/sqsd/request.ts";
import { localProperties, openGround } from "./_platform.ts";

let ground: Awaited<ReturnType<typeof openGround>>;
let web: PlayedEnvironment;
let worker: PlayedEnvironment;

beforeAll(async () => {
  ground = await openGround();
  const { servers, machine, space, port } = ground;
  const bundles = await Promise.all([builtBundle(servers, "web"), builtBundle(servers, "worker")]);
  const properties = localProperties;
  // At once, as two `eb create` would be: the workers wait for the schema that the web leader makes.
  [web, worker] = await Promise.all([
    createEnvironment({
      machine,
      tier: "web",
      space,
      bundle: bundles[0],
      size: 2,
      port,
      properties,
    }),
    createEnvironment({ machine, tier: "worker", space, bundle: bundles[1], properties }),
  ]);
}, 300_000);
afterAll(async () => {
  await Promise.all([web?.[Symbol.asyncDispose](), worker?.[Symbol.asyncDispose]()]);
  await ground?.[Symbol.asyncDispose]();
}, 120_000);

test("what a bundle lacks is not found elsewhere", () => {
  const { machine } = ground;
  for (const { instances } of [web, worker]) {
    const cwd = join(instances[0]?.root ?? "", "var/app/current");
    const node = join(machine.folder, "usr/bin/node");
    const load = (name: string) =>
      spawnSync(node, ["--input-type=module", "--eval", `await import("${name}")`], {
        cwd,
        env: {},
        encoding: "utf8",
      });
    expect(load("express")).toMatchObject({ status: 0, stderr: "" });
    expect(load("vitest").stderr).toContain("ERR_MODULE_NOT_FOUND");
    expect(load("@tendril/dev-env").stderr).toContain("ERR_MODULE_NOT_FOUND");

    const mapped = readFileSync(`/proc/${instances[0]?.processes[0]?.pid}/maps`, "utf8");
    const native = mapped.split("\n").filter((line) => line.endsWith(".node"));
    expect(native.filter((line) => !line.includes(machine.folder))).toEqual([]);
  }
});

test("the apps run as somebody who owns nothing; where that cannot be, it is said", () => {
  const { user } = ground.machine;
  const loud = ground.said.filter((line) => line.includes("a user of their own"));
  expect(loud).toHaveLength(user ? 0 : 1);
  const pid = web.instances[0]?.processes[0]?.pid;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const uid = user?.uid ?? process.getuid?.();
  expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe(String(uid));
  // What a killed one leaves half done goes with its machine.
  const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
  expect(environment).toContain(`TMPDIR=${join(web.instances[0]?.root ?? "", "tmp")}`);
});

test("people sign up, get mail, and show photos without JavaScript, whichever instance they meet", async () => {
  const ida = ground.client();
  await ida.signUp("ida");
  const mail = await ground.inbox.waitFor("ida@example.com", /confirm|verify|address/i, 30_000);
  expect(mail.text).toContain(`${ground.url}/verify-email?`);

  const form = await ida.get("/upload");
  const token = /name="form_token" value="([^"]+)"/.exec(form.text)?.[1] ?? "";
  const picture = await quadrants({ width: 1_200, height: 800 }).jpeg().toBuffer();
  // More than nginx takes where nothing else is said.
  const content = new Uint8Array(Buffer.concat([picture, Buffer.alloc(2_000_000)]));
  const answer = await ida.postMultipart("/upload", { form_token: token, alt: "Reeds" }, [
    { field: "photos", name: "lake.jpg", content, type: "image/jpeg" },
  ]);
  expect(answer.status).toBe(303);
  await ground.drain(60_000);

  // One instance may show it up to a second before the other.
  const shown = async () => {
    const { text } = await ground.client().get("/");
    return text.includes('alt="Reeds"') ? text : undefined;
  };
  const gallery = await until(shown, { timeout: 20_000, failure: () => "no photo in the gallery" });
  const source = /<img class="tile__image" src="([^"]+)"/.exec(gallery)?.[1] ?? "";
  expect(source.startsWith(ground.space.cdn.url)).toBe(true);
  const variant = await fetch(source);
  expect(variant.status).toBe(200);
  expect(variant.headers.get("content-type")).toBe("image/jpeg");

  const answers = await Promise.all([1, 2, 3, 4].map(() => ida.get("/upload")));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(new Set(answers.map(({ headers }) => headers.get("x-served-by"))).size).toBe(2);
});

test("the leader alone migrated and published, and nginx compresses as the bundle says", async () => {
  const hooksLog = ({ root }: { root: string }) => {
    const file = join(root, "var/log/eb-hooks.log");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  const [leader = "", other] = web.instances.map(hooksLog);
  expect(leader).toMatch(/The schema is up to date \(\d\d+ migrations ran\)/);
  expect(leader).toMatch(/Published \d+ assets/);
  expect(other).not.toContain("schema");
  const page = await ground.client().get("/", { "accept-encoding": "gzip" });
  expect(page.headers.get("content-encoding")).toBe("gzip");
  const asset = /\/assets\/[^"]+\.css/.exec(page.text)?.[0] ?? "";
  expect((await fetch(`${ground.space.cdn.url}${asset}`)).status).toBe(200);
});

test("operators find their command line on a worker instance, with its settings", async () => {
  const { machine, space } = ground;
  const [instance] = worker.instances;
  const root = instance?.root ?? "";
  const current = join(root, "var/app/current");
  /** On this machine the places of an instance are folders of their own. */
  const place = (script: string) =>
    script
      .replaceAll("/usr/local/bin", join(root, "bin"))
      .replaceAll("/opt/elasticbeanstalk/bin/get-config", join(root, "bin/get-config"))
      .replaceAll("/var/app/current", current);
  mkdirSync(join(root, "bin"), { recursive: true });
  const settings = JSON.stringify({ ...space.environment, INSTANCE_ID: "worker-1" });
  const getConfig = `#!/bin/bash\n[ "$1" = environment ] && echo '${settings}'\n`;
  writeFileSync(join(root, "bin/get-config"), getConfig, { mode: 0o755 });
  /** Not waited for in one piece: what stands before the servers is in this process. */
  const run = async (file: string, ...args: string[]) => {
    const env = { PATH: machine.path, SUDO_USER: "ec2-user" };
    const child = spawn(file, args, { cwd: current, env });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { status: child.exitCode ?? (await once(child, "exit"))[0], stdout, stderr };
  };
  const hook = join(root, "hook.sh");
  const hooks = ".platform/hooks/postdeploy/10-tendril-ops.sh";
  writeFileSync(hook, place(readFileSync(join(current, hooks), "utf8")), { mode: 0o755 });
  expect(await run(hook)).toMatchObject({ status: 0, stderr: "" });
  const installed = join(root, "bin/tendril-ops");
  const script = place(readFileSync(installed, "utf8"));
  // Whoever runs these tests need not be root.
  writeFileSync(installed, script.replace('"$(id -u)" != 0', "no = yes"));

  const list = await run(installed, "dead", "list", "--json");
  expect(list).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(list.stdout)).toEqual({ letters: [], next: null, complete: true });
  expect((await run(installed, "dead", "--help")).stdout).toContain("tendril-ops dead show 42");
  expect((await run(installed, "dead", "lisst")).status).toBe(2);
});

test("a tick comes through the daemon and nginx to the worker", async () => {
  const { environment } = ground.space;
  const sqs = new SQSClient({
    endpoint: environment["AWS_ENDPOINT_URL_SQS"] ?? "",
    region: environment["AWS_REGION"] ?? "",
    credentials: {
      accessKeyId: environment["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  const { QueueUrl } = await sqs.send(
    new GetQueueUrlCommand({ QueueName: `${ground.space.name}-cron` }),
  );
  const at = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 60_000);
  const MessageAttributes = describeTick("/tasks/purge", "purge", at);
  await sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody: "elasticbeanstalk", MessageAttributes }),
  );
  sqs.destroy();
  await using connection = await createConnection({
    host: "127.0.0.1",
    ...ground.servers.mariadb,
    database: ground.space.name,
  });
  await expect
    .poll(async () => {
      const [rows] = await connection.query(
        "SELECT state, instance FROM schedule_ticks WHERE task = 'purge' AND scheduled_at = ?",
        [at.toISOString().slice(0, 19).replace("T", " ")],
      );
      return rows;
    })
    .toEqual([{ state: "received", instance: "worker-1" }]);
});

test("a process that dies is started again; asked to end, it ends within the stop time", async () => {
  const [first, second] = web.instances;
  const [kept] = first?.processes ?? [];
  process.kill(kept?.pid ?? 0, "SIGKILL");
  await expect.poll(() => kept?.exits).toBe(1);
  await expect
    .poll(async () => (await fetch(`${first?.url}/health`)).status, { timeout: 30_000 })
    .toBe(200);
  for (const each of [second?.processes[0], worker.instances[0]?.processes[0]])
    expect(await each?.stop()).toMatchObject({ killed: false });
}, 60_000);
