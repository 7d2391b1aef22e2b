import { Router } from "express";

import type { WebContext } from "../context.ts";
import { historyRoutes } from "./history/routes.ts";
import { jobRoutes } from "./jobs/routes.ts";
import { lettersRoutes } from "./letters/routes.ts";
import { operatorsOnly } from "./operators.ts";
import { traceRoutes } from "./trace/routes.ts";

/** A desk per topic, behind one gate. */
export function opsRoutes(context: WebContext): Router {
  const desks = Router();
  desks.use(operatorsOnly(context));
  // Each has full paths.
  desks.get("/ops", (_req, res) => res.redirect(303, "/ops/letters"));
  desks.use(lettersRoutes(context));
  desks.use(jobRoutes(context));
  desks.use(historyRoutes(context));
  desks.use(traceRoutes(context));

  // `/ops` and what is below it, without touching any other path.
  return Router().use((req, res, next) =>
    /^\/ops(\/|$)/i.test(req.path) ? desks(req, res, next) : next(),
  );
}
