import { environment, programName } from "./config.ts";
import { ownTerminal, runOps } from "./run.ts";

const terminal = { name: programName, environment: () => environment, ...ownTerminal() };
process.exitCode = await runOps(process.argv.slice(2), terminal);
