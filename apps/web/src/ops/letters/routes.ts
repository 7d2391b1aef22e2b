import { Router } from "express";

import type { WebContext } from "../../context.ts";
import { editRoutes } from "./edit-routes.ts";
import { exportRoutes } from "./export-routes.ts";
import { letterRoutes } from "./letter-routes.ts";
import { letterListRoutes } from "./list-routes.ts";
import { manyLettersRoutes } from "./many-routes.ts";
import { redriveRoutes } from "./redrive-routes.ts";

/** The dead-letter desk. What has a name of its own comes before `/ops/letters/:id`. */
export function lettersRoutes(context: WebContext): Router {
  return Router().use(
    letterListRoutes(context),
    manyLettersRoutes(context),
    exportRoutes(context),
    redriveRoutes(context),
    editRoutes(context),
    letterRoutes(context),
  );
}
