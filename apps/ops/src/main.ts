import { environment, programName } from "./config.ts";
import { runOps } from "./run.ts";

const { stdin, stdout, stderr } = process;
const terminal = { name: programName, environment: () => environment, stdin, stdout, stderr };
process.exitCode = await runOps(process.argv.slice(2), terminal);
