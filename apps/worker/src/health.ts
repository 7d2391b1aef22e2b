import { demandWhole, readGalleryVersion } from "@tendril/database";
import { createReadiness, UnavailableError } from "@tendril/runtime";
import { Router, type RequestHandler } from "express";

import type { Engine } from "./engine.ts";

/** What answers need of a worker, besides what its ticks do. */
export type Health = Pick<Engine, "config" | "db" | "schemaGate" | "release" | "logger">;

/** `/health` looks at nothing outside the process: a worker that cannot work now is not mended by a new one. */
export function healthRoutes({ config, db, schemaGate, release, logger }: Health): Router {
  const router = Router();
  router.get("/health", (_req, res) => void res.type("text").send("ok"));

  const look = createReadiness(
    {
      database: () => readGalleryVersion(db),
      schema: async () => demandWhole(schemaGate.schema),
    },
    logger,
  );
  router.get("/health/ready", async (req, res) => {
    const { ready, checks } = await look();
    res.status(ready ? 200 : 503);
    if (config.development && req.accepts(["text", "json"]) === "json")
      res.json({ ready, release, ...checks });
    else res.type("text").send(ready ? "ok" : "not ready");
  });
  return router;
}

/** Ticks come again: a worker whose schema is not there leaves them until it is. */
export function demandSchema({ schemaGate }: Pick<Health, "schemaGate">): RequestHandler {
  return (_req, _res, next) => {
    const { schema } = schemaGate;
    if (schema.state === "known" && schema.missing.length === 0) return next();
    throw new UnavailableError("database", "This worker waits for its schema.");
  };
}
