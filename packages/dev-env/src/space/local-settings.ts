import { join, resolve } from "node:path";

import { readSettingsFile } from "@tendril/doctor";
import type { Environment } from "@tendril/runtime";

import { ROOT } from "../apps/places.ts";
import { UserError } from "../user-error.ts";
import { findEnvironment } from "./environment-file.ts";
import { inherited } from "./environment.ts";

/** Of the system that runs from this clone (DATA_DIR says where), over what is set here but for AWS settings. */
export function localSettings(): Environment {
  const dataDir = resolve(ROOT, process.env["DATA_DIR"] || join(ROOT, ".local"));
  const file = findEnvironment(dataDir);
  if (file === undefined)
    throw new UserError(`No system runs with ${dataDir}: start it with npm start, or set DATA_DIR`);
  return { ...inherited(), ...readSettingsFile(file) };
}
