import { Router } from "express";

import type { WebContext } from "../../context.ts";
import { peopleRoutes } from "./people-routes.ts";
import { photoRoutes } from "./photo-routes.ts";
import { reportListRoutes } from "./report-routes.ts";

/** People, photos and what is said against them. */
export function careRoutes(context: WebContext): Router {
  const router = Router();
  router.use(reportListRoutes(context));
  router.use(photoRoutes(context));
  router.use(peopleRoutes(context));
  return router;
}
