import { join, resolve } from "node:path";

import { isJobName } from "@tendril/jobs";

import { ROOT } from "../apps/places.ts";
import { faultsFile, readFaults, writeFaults } from "../faults/faults.ts";
import { UserError } from "../user-error.ts";
import { run } from "./run.ts";
import { say } from "./terminal.ts";

const HELP = `npm run fault -- JOB [ABOUT] [ERROR]     jobs of that name fail from now on
npm run fault -- off                     nothing fails any more
npm run fault                            what fails now

Has jobs of the running npm start die, to try what operators do about it (DATA_DIR says where, as there). ABOUT
chooses by what is in the payload or in the thing that the job is about.

  npm run fault -- send-email example.org "550 5.1.1: no such user"
  npm run fault -- process-photo`;

await run(async () => {
  const file = faultsFile(resolve(ROOT, process.env["DATA_DIR"] || join(ROOT, ".local")));
  const [job, about = "", error = "A fault that somebody wanted (npm run fault)"] =
    process.argv.slice(2);
  if (job === "--help" || job === "-h") {
    say(HELP);
    return 0;
  }
  if (job === "off") writeFaults(file, []);
  else if (job !== undefined) {
    if (!isJobName(job)) throw new UserError(`There is no job ${job}: npm run fault -- --help`);
    writeFaults(file, [...readFaults(file), { job, about, error }]);
  }
  const all = readFaults(file);
  if (all.length === 0) say("Nothing fails on purpose.");
  for (const each of all)
    say(`${each.job} fails${each.about && ` about ${each.about}`}: ${each.error}`);
  return 0;
});
