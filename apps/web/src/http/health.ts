import type { IncomingMessage } from "node:http";

import { demandWhole, readGalleryVersion } from "@tendril/database";
import { createReadiness } from "@tendril/runtime";
import { Router, type Request } from "express";

import type { WebContext } from "../context.ts";
import { wantsJson } from "./negotiate.ts";
import { sessionReader } from "./sessions.ts";

/** Asked every few seconds by several: not worth a line in the log each. */
export const isHealthCheck = ({ url }: IncomingMessage): boolean =>
  url === "/health" || url === "/health/ready";

/**
 * `/health` is what the load balancer asks and looks at nothing outside the process:
 * a shared dependency that is down must not empty the fleet.
 */
export function healthRoutes(context: WebContext): Router {
  const { config, db, redis, schemaGate, release, logger } = context;
  const router = Router();
  router.get("/health", (_req, res) => {
    res.set("Cache-Control", "no-store").type("text").send("ok");
  });

  const look = createReadiness(
    {
      database: () => readGalleryVersion(db),
      schema: async () => demandWhole(schemaGate.schema),
      redis: () => redis.ping(),
    },
    logger,
  );
  const readSession = sessionReader(context);
  const isOperator = async (req: Request) =>
    (await readSession(req)?.catch(() => null))?.viewer?.role === "operator";
  router.get("/health/ready", async (req, res) => {
    const { ready, checks } = await look();
    res.status(ready ? 200 : 503).set("Cache-Control", "no-store");
    if (wantsJson(req) && (config.local || (await isOperator(req))))
      res.json({ ready, release, ...checks });
    else res.type("text").send(ready ? "ok" : "not ready");
  });
  return router;
}
