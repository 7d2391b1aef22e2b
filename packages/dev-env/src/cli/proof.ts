import { parseArgs } from "node:util";

import { ROOT } from "../apps/places.ts";
import { ensurePrograms, FOR_PLATFORM } from "../programs/programs.ts";
import { runTool } from "./checks.ts";
import { run } from "./run.ts";
import { stopSignal } from "./stop-signal.ts";
import { say } from "./terminal.ts";

const HELP = `npm run proof [-- --list]

Runs every long proof there is, one after the other; each can also be run by itself. It takes an hour or more.

  --list      what would be run
  --help      this text`;

type Proof = { name: string; command: string; args: readonly string[] };

const chaos = (seed: number): Proof => ({
  name: `chaos, seed ${seed}`,
  command: "chaos",
  args: ["--jobs", "10000", "--minutes", "10", "--seed", String(seed)],
});

/** Each is a command of its own that ends with 0 when it holds. */
const PROOFS: readonly Proof[] = [
  ...[1, 2, 3, 4, 5].map(chaos),
  { name: "failover", command: "failover", args: [] },
  { name: "rolling deployment", command: "rolling", args: [] },
];

const line = ({ name, command, args }: Proof) =>
  `  ${name.padEnd(24)} npm run ${command}${args.length > 0 ? ` -- ${args.join(" ")}` : ""}`;

await run(async () => {
  const signal = stopSignal();
  const { values } = parseArgs({
    options: { list: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help || values.list) {
    say(values.help ? HELP : PROOFS.map(line).join("\n"));
    return 0;
  }
  await ensurePrograms(FOR_PLATFORM, say);
  const results: string[] = [];
  let failed = 0;
  for (const proof of PROOFS) {
    say(`\n${proof.name} …`);
    const began = performance.now();
    const script = `${ROOT}packages/dev-env/src/cli/${proof.command}.ts`;
    const code = await runTool("node", [script, ...proof.args], signal);
    signal.throwIfAborted();
    if (code !== 0) failed += 1;
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    results.push(`  ${code === 0 ? "✓" : "✗"} ${proof.name.padEnd(24)} ${minutes} min`);
  }
  say(`\n${results.join("\n")}\n${PROOFS.length - failed} hold, ${failed} do not`);
  return failed === 0 ? 0 : 1;
});
