// Loaded into the worker of npm start with --import: jobs fail as long as somebody wants them to.
import type { Database } from "@tendril/database";
import { isJobName, type JobName } from "@tendril/jobs";
import { findSubject } from "@tendril/operations";
import { PermanentJobError } from "@tendril/runtime";

import { handlers, type Handler } from "../../../../apps/worker/src/handlers/index.ts";
import { readFaults } from "./faults.ts";

const file = process.env["TENDRIL_FAULTS"] ?? "";
// Not for what this process starts in its turn.
delete process.env["TENDRIL_FAULTS"];
delete process.env["NODE_OPTIONS"];

async function failIfWanted(db: Database, name: string, payload: unknown): Promise<void> {
  const faults = readFaults(file).filter(({ job }) => job === name);
  if (faults.length === 0) return;
  const subject = await findSubject(db, { name, payload: JSON.stringify(payload) });
  const about = JSON.stringify({ payload, subject });
  const wanted = faults.find((each) => about.includes(each.about));
  if (wanted) throw new PermanentJobError(wanted.error);
}

function mayFail<Name extends JobName>(name: Name): void {
  const handler: Handler<Name> = handlers[name];
  const run = handler.run.bind(handler);
  handler.run = async (context, payload, attempt) => {
    await failIfWanted(context.db, name, payload);
    return run(context, payload, attempt);
  };
}

for (const name of Object.keys(handlers).filter(isJobName)) mayFail(name);
