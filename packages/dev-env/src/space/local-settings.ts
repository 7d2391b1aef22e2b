import { join, resolve } from "node:path";

import { readSettingsFile } from "@tendril/doctor";
import type { Environment } from "@tendril/runtime";

import { ROOT } from "../apps/places.ts";
import { UserError } from "../user-error.ts";
import { findEnvironment } from "./environment-file.ts";
import { inherited } from "./environment.ts";

/** Where npm start and npm run fleet keep their data, unless DATA_DIR says another place. */
const usual = [join(ROOT, ".local"), join(ROOT, ".local", "fleet")];

/** Of the system that runs from this clone, over what is set here but for AWS settings. */
export function localSettings(): Environment {
  const own = process.env["DATA_DIR"];
  const places = own ? [resolve(ROOT, own)] : usual;
  const [file] = places.flatMap((dataDir) => findEnvironment(dataDir) ?? []);
  if (file === undefined)
    throw new UserError(
      `No system runs with ${places.join(" or ")}: start it with npm start, or set DATA_DIR`,
    );
  return { ...inherited(), ...readSettingsFile(file) };
}
