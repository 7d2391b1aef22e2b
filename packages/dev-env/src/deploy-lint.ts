import type { AppVariables, LintGround } from "@tendril/deploy";
import * as web from "@tendril/web/config";
import { maxFiles } from "@tendril/web/upload-limits";
import * as worker from "@tendril/worker/config";
import { readCronFile } from "@tendril/worker/schedule";

import { programPath } from "./programs/programs.ts";

/** An installation as they all are: by https, with its database on another machine. */
const installation = {
  PUBLIC_URL: "https://tendril.example",
  RDS_HOSTNAME: "database.tendril.example",
};

const webVariables: AppVariables = {
  readers: web.webVariables,
  demanded: web.checkTogether(installation).map(({ variable }) => variable),
};

const workerVariables: AppVariables = {
  readers: worker.workerVariables,
  demanded: worker.checkTogether(installation).map(({ variable }) => variable),
};

/** What the deployment lint is to know of the apps. Call `ensurePrograms(["nginx"])` before. */
export function lintGround(root: string): LintGround {
  return {
    root,
    nginx: programPath("nginx"),
    variables: { web: webVariables, worker: workerVariables },
    formFiles: maxFiles,
    checkCron: (text) => readCronFile(text).faults,
  };
}
