import type { AppVariables, LintGround } from "@tendril/deploy";
import {
  ConfigError,
  readEnvironment,
  type Mistake,
  type Values,
  type Variables,
} from "@tendril/runtime";
import * as web from "@tendril/web/config";
import { maxFiles } from "@tendril/web/upload-limits";
import * as worker from "@tendril/worker/config";
import { readCronFile } from "@tendril/worker/schedule";

import { programPath } from "./programs/programs.ts";
import { describeEnvironment } from "./space/environment.ts";

/** An installation as they all are: by https, with its database on another machine. */
const installation: Readonly<Record<string, string>> = {
  ...describeEnvironment({
    name: "tendril",
    databasePort: 3306,
    redisPort: 6379,
    redisDatabase: 0,
    s3: "https://s3.tendril.example",
    sqs: "https://sqs.tendril.example",
    ses: "https://ses.tendril.example",
    cdn: "https://cdn.tendril.example",
    bucket: "tendril-photos",
    publicUrl: "https://tendril.example",
  }),
  RDS_HOSTNAME: "database.tendril.example",
};

/** The app itself says what it lacks when it is started with these variables alone. */
function appVariables<V extends Variables>(
  readers: V,
  checkTogether: (values: Partial<Values<V>>) => Mistake[],
): AppVariables {
  return {
    readers,
    lacking(names) {
      const set = Object.entries(installation).filter(([name]) => names.has(name));
      try {
        readEnvironment(Object.fromEntries(set), readers, checkTogether);
        return [];
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return error.mistakes.filter(({ variable }) => !names.has(variable));
      }
    },
  };
}

/** What the deployment lint is to know of the apps. Call `ensurePrograms(["nginx"])` before. */
export function lintGround(root: string): LintGround {
  return {
    root,
    nginx: programPath("nginx"),
    variables: {
      web: appVariables(web.webVariables, web.checkTogether),
      worker: appVariables(worker.workerVariables, worker.checkTogether),
    },
    formFiles: maxFiles,
    checkCron: (text) => readCronFile(text).faults,
  };
}
