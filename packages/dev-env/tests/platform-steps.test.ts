import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import {
  createEnvironment,
  openInstance,
  type Instance,
  type PlayedEnvironment,
} from "../src/platform/index.ts";
import { openGround, tinyBundle } from "./_platform.ts";

let ground: Awaited<ReturnType<typeof openGround>>;
let web: PlayedEnvironment;
const served = async () => {
  const answer = await fetch(ground.url);
  return { status: answer.status, release: await answer.text() };
};
const current = (instance: Instance | undefined, file: string) =>
  readFileSync(join(instance?.root ?? "", "var/app/current", file), "utf8");

beforeAll(async () => {
  ground = await openGround();
  const { machine, space, port } = ground;
  const bundle = await tinyBundle(machine, "first");
  web = await createEnvironment({
    machine,
    tier: "web",
    space,
    bundle,
    size: 2,
    port,
    properties: { COLOUR: "blue" },
  });
});
afterAll(async () => {
  await web?.[Symbol.asyncDispose]();
  await ground?.[Symbol.asyncDispose]();
});

const note = (what: string) => `echo "${what} $COLOUR $SHAPE in $(basename "$PWD")" >> notes.txt\n`;
const hook = (what: string) => `#!/bin/bash\r\n${note(what).replaceAll("\n", "\r\n")}`;

test("everything comes in the platform's order, with the properties of files and of the saved configuration", async () => {
  const bundle = await tinyBundle(ground.machine, "ordered", {
    ".ebextensions/01-a.config": `option_settings:
  aws:elasticbeanstalk:application:environment:
    COLOUR: red
    SHAPE: round
    AWS_REGION: '\`{"Ref": "AWS::Region"}\`'
container_commands:
  02-second: { command: 'echo second >> notes.txt' }
  01-first: { command: ${JSON.stringify(note("first").trim())} }
  00-leader: { command: 'echo leader >> notes.txt', leader_only: true }
  03-never: { command: 'echo never >> notes.txt', test: 'false' }
  04-may-fail: { command: 'exit 7', ignoreErrors: true }
`,
    ".ebextensions/02-b.config": `option_settings:
  - { option_name: SHAPE, value: square }
Resources: { AWSEBAutoScalingGroup: { Type: "AWS::AutoScaling::AutoScalingGroup" } }
`,
    ".platform/hooks/prebuild/10.sh": hook("prebuild"),
    ".platform/hooks/predeploy/10.sh": hook("predeploy"),
    ".platform/hooks/predeploy/20-unit.sh": "#!/bin/bash\nsystemctl daemon-reload\n",
    ".platform/hooks/postdeploy/10.sh": hook("postdeploy"),
    ".platform/nginx/conf.d/elasticbeanstalk/hello.conf":
      'location = /hello { return 200 "from nginx"; }\n',
  });
  await web.deploy(bundle);
  const notes = [
    "prebuild blue square in staging",
    "first blue square in staging",
    "second",
    "predeploy blue square in staging",
    "postdeploy blue square in current",
  ];
  for (const instance of web.instances)
    expect(current(instance, "notes.txt").trim().split("\n")).toEqual(notes);
  expect(await (await fetch(`${ground.url}/hello`)).text()).toBe("from nginx");
  expect(ground.said).toContain("! not played here: 02-b.config: Resources");
  expect(ground.said).toContain("! not played here: hook predeploy/20-unit.sh, for systemctl");
});

test("a command of the leader runs once per deployment, on one instance", async () => {
  const log = join(ground.machine.folder, "led.txt");
  const bundle = await tinyBundle(ground.machine, "led", {
    ".ebextensions/lead.config": `container_commands:
  01-x: { command: 'echo "$INSTANCE_ID" >> ${log}', leader_only: true }
`,
  });
  await web.deploy(bundle);
  expect(readFileSync(log, "utf8").trim().split("\n")).toHaveLength(1);
});

const failing: [string, Record<string, string>, string, RegExp][] = [
  [
    "a hook",
    { ".platform/hooks/prebuild/10.sh": "#!/bin/bash\necho no room here >&2\nexit 3\n" },
    "hook prebuild/10.sh",
    /ended with code 3\nno room here/,
  ],
  [
    "a container command",
    {
      ".ebextensions/x.config": "container_commands: { 01-try: { command: 'echo sorry; exit 1' } }",
    },
    "container_commands 01-try",
    /ended with code 1\nsorry/,
  ],
  [
    "a file that is no YAML",
    { ".ebextensions/x.config": "option_settings:\n\taws: 1\n" },
    ".ebextensions/x.config",
    /cannot be read/,
  ],
  [
    "nginx",
    { ".platform/nginx/conf.d/elasticbeanstalk/x.conf": "location / { return 200; }\n" },
    "nginx",
    /duplicate location "\/"/,
  ],
  ["a Procfile", { Procfile: "start it\n" }, "Procfile", /is not understood: start it/],
  [
    "an app that does not start",
    {
      "main.mjs":
        'console.error("The environment is not complete:\\n  A: is missing"); process.exit(1);',
    },
    "the app",
    /does not start\nThe environment is not complete:\n {2}A: is missing/,
  ],
];

test.each(failing)(
  "%s that fails ends the deployment with its output; the old release goes on",
  async (what, files, step, why) => {
    const before = await served();
    const bundle = await tinyBundle(ground.machine, `failing ${what}`, files);
    await expect(web.deploy(bundle)).rejects.toMatchObject({
      name: "DeploymentError",
      step,
      message: expect.stringMatching(why),
    });
    expect(await Promise.all([served(), served()])).toEqual([before, before]);
    expect(before.status).toBe(200);
  },
);

test("a bundle for other processors is refused in words, before anything is stopped", async () => {
  const file = ".platform/hooks/prebuild/10-architecture.sh";
  const source = new URL(
    "../../../.platform/common/hooks/prebuild/10-architecture.sh",
    import.meta.url,
  );
  const other = process.arch === "arm64" ? "x86_64" : "arm64";
  const bundle = await tinyBundle(ground.machine, "foreign", {
    [file]: readFileSync(fileURLToPath(source), "utf8"),
    "release.json": `${JSON.stringify({ architecture: other }, undefined, 2)}\n`,
  });
  const before = await served();
  await expect(web.deploy(bundle)).rejects.toThrow(`This bundle is made for ${other}`);
  expect(await served()).toEqual(before);
});

test("of two deployments at once the second is refused", async () => {
  const go = join(ground.machine.folder, "go");
  const bundle = await tinyBundle(ground.machine, "slow", {
    ".ebextensions/slow.config": `container_commands:
  01-x: { command: 'until [ -e ${go} ]; do sleep 0.1; done', leader_only: true }
`,
  });
  const first = web.deploy(bundle);
  await expect(web.deploy(bundle)).rejects.toThrow("Must be Ready");
  writeFileSync(go, "");
  await first;
  expect(await served()).toEqual({ status: 200, release: "slow" });
});

test("a process that does not end is killed when its stop time is over, with all it started", async () => {
  const { machine } = ground;
  await using instance = await openInstance({
    machine,
    name: "stubborn",
    region: "eu-central-1",
    properties: {},
    stopMs: 300,
  });
  const stubborn = 'process.on("SIGTERM", () => console.log("no"));\n';
  const app = readFileSync(join(web.instances[0]?.root ?? "", "var/app/current/main.mjs"), "utf8");
  const bundle = await tinyBundle(machine, "stubborn", {
    "main.mjs": app.replace(/process\.on\(.*\);/, stubborn),
  });
  await instance.deploy(bundle, { leader: true });
  const [kept] = instance.processes;
  expect(await kept?.stop()).toMatchObject({ killed: true });
  await expect(fetch(`${instance.url}/health`)).resolves.toMatchObject({ status: 502 });
});

test("a machine that is gone gets no more requests once the balancer has noticed, and another takes its place", async () => {
  const [lost] = web.instances;
  await lost?.kill();
  // Whoever is sent there until then learns it the hard way: a balancer does not try twice.
  await expect.poll(async () => (await served()).status).toBe(502);
  await expect.poll(() => web.balancer?.serving).toEqual([web.instances[1]?.url]);
  const next = await web.launch();
  if (lost) await web.terminate(lost);
  expect(web.instances).toContain(next);
  expect(web.instances).toHaveLength(2);
  expect(web.balancer?.serving).toContain(next.url);
  for (const answer of await Promise.all([served(), served(), served()]))
    expect(answer.status).toBe(200);
});
