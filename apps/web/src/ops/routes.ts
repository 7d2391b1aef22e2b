import { Router } from "express";

import type { WebContext } from "../context.ts";
import { fleetRoutes } from "./fleet/routes.ts";
import { careRoutes } from "./care/routes.ts";
import { historyRoutes } from "./history/routes.ts";
import { jobRoutes } from "./jobs/routes.ts";
import { lettersRoutes } from "./letters/routes.ts";
import { mailRoutes } from "./mails/routes.ts";
import { operatorsOnly } from "./operators.ts";
import { overviewRoutes } from "./overview/routes.ts";
import { scheduleRoutes } from "./schedule/routes.ts";
import { traceRoutes } from "./trace/routes.ts";

/** A desk per topic, behind one gate. */
export function opsRoutes(context: WebContext): Router {
  const desks = Router();
  desks.use(operatorsOnly(context));
  // Each has full paths.
  desks.use(overviewRoutes(context));
  desks.use(lettersRoutes(context));
  desks.use(jobRoutes(context));
  desks.use(mailRoutes(context));
  desks.use(historyRoutes(context));
  desks.use(scheduleRoutes(context));
  desks.use(fleetRoutes(context));
  desks.use(traceRoutes(context));
  desks.use(careRoutes(context));

  // `/ops` and what is below it, without touching any other path.
  return Router().use((req, res, next) =>
    /^\/ops(\/|$)/i.test(req.path) ? desks(req, res, next) : next(),
  );
}
