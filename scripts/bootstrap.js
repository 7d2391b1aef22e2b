// Runs on any Node from 18 with nothing installed: puts the npm packages in place,
// then hands over to the Node that the project pins.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const COMMANDS = {
  start: "packages/dev-env/src/cli/start.ts",
  test: "packages/dev-env/src/cli/test.ts",
  fleet: "packages/dev-env/src/cli/fleet.ts",
  chaos: "packages/dev-env/src/cli/chaos.ts",
  rolling: "packages/dev-env/src/cli/rolling.ts",
  failover: "packages/dev-env/src/cli/failover.ts",
  bench: "packages/dev-env/src/cli/bench.ts",
  bundle: "packages/dev-env/src/cli/bundle.ts",
  "lint:deploy": "packages/dev-env/src/cli/lint-deploy.ts",
  doctor: "packages/dev-env/src/cli/doctor.ts",
  ops: "packages/dev-env/src/cli/ops.ts",
  fault: "packages/dev-env/src/cli/fault.ts",
  proof: "packages/dev-env/src/cli/proof.ts",
};

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");

function fail(message, code = 1) {
  console.error(message);
  process.exit(code);
}

// First of all: what follows is not understood by older ones.
if (Number(process.versions.node.split(".")[0]) < 18)
  fail(`Node 18 or newer is needed; this is ${process.version}. See https://nodejs.org`);

/** Somebody wants an end, as by Ctrl-C. */
let isToEnd = false;

/** pnpm keeps a copy of the lockfile that it installed. */
function reasonToInstall() {
  if (!existsSync(join(bin, "node"))) return "they are not there yet";
  const installed = join(root, "node_modules", ".pnpm", "lock.yaml");
  if (!existsSync(installed)) return "the last installation did not finish";
  const wanted = readFileSync(join(root, "pnpm-lock.yaml"));
  return wanted.equals(readFileSync(installed)) ? undefined : "pnpm-lock.yaml has changed";
}

/**
 * Runs a command on this terminal and passes signals on to it.
 * The fourth channel is never written to: when this process dies, however it dies, it closes,
 * and what listens on it can clear up.
 */
function run(command, args, { env = process.env, lifeline = false, stdout = "inherit" } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ["inherit", stdout, "inherit", ...(lifeline ? ["pipe"] : [])],
    });
    const pass = (signal) => {
      isToEnd = true;
      child.kill(signal);
    };
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const signal of signals) process.on(signal, pass);
    const done = (code) => {
      for (const signal of signals) process.off(signal, pass);
      resolve(code);
    };
    child.once("error", (error) => {
      console.error(`Cannot run ${command}: ${error.message}`);
      done(1);
    });
    child.once("exit", (code, signal) => done(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

async function install() {
  const reason = reasonToInstall();
  if (!reason) return;
  // On standard error: what a command prints for scripts (--json) must stay alone on the other.
  console.error(`Installing the npm packages and Node 24 for this project (${reason}) …`);
  // Packages are judged by the Node that will run them, not by the one that installs them.
  const args = ["install", "--frozen-lockfile", "--config.node-version=24.21.0"];
  const code = await run("npx", ["-y", "pnpm@12", ...args], { stdout: process.stderr });
  if (isToEnd) fail("Broken off. The same command goes on with the installation.", 130);
  if (code !== 0) fail("Installing the npm packages failed; see above, then try again.");
}

/** The parent, and where that is the shell in which npm runs this command, its parent too. */
function ancestors() {
  const parent = process.ppid;
  try {
    if (!readFileSync(`/proc/${parent}/cmdline`, "utf8").includes("bootstrap.js"))
      return `${parent}`;
    const stat = readFileSync(`/proc/${parent}/stat`, "utf8");
    return `${parent} ${stat.slice(stat.lastIndexOf(")")).split(" ")[2]}`;
  } catch {
    return `${parent}`;
  }
}

const [name, ...args] = process.argv.slice(2);
const script = Object.hasOwn(COMMANDS, name ?? "") ? COMMANDS[name] : undefined;
if (!script)
  fail(`Usage: node scripts/bootstrap.js ${Object.keys(COMMANDS).join("|")} [arguments]`);

await install();

// When npm is killed outright nobody else tells us.
if (process.env.npm_lifecycle_event) {
  const before = ancestors();
  setInterval(() => {
    if (ancestors() !== before) process.kill(process.pid, "SIGTERM");
  }, 500).unref();
}

process.exitCode = await run(join(bin, "node"), [join(root, script), ...args], {
  lifeline: true,
  env: {
    ...process.env,
    PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
    TENDRIL_LIFELINE: "3",
  },
});
