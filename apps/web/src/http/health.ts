import { readGalleryVersion, type SchemaState } from "@tendril/database";
import { messageOf, type Logger } from "@tendril/runtime";
import { Router } from "express";

import type { WebContext } from "../context.ts";
import { wantsJson } from "./negotiate.ts";

const rememberMs = 2_000;

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

  let remembered: { at: number; checks: Promise<Checks> } | undefined;
  router.get("/health/ready", async (req, res) => {
    if (!remembered || Date.now() - remembered.at > rememberMs) {
      remembered = {
        at: Date.now(),
        checks: check(
          {
            database: () => readGalleryVersion(db),
            schema: async () => demandWhole(schemaGate.schema),
            redis: () => redis.ping(),
          },
          logger,
        ),
      };
    }
    const checks = await remembered.checks;
    const ready = Object.values(checks).every((state) => state === "ok");
    res.status(ready ? 200 : 503).set("Cache-Control", "no-store");
    if (config.local && wantsJson(req)) res.json({ ready, release, ...checks });
    else res.type("text").send(ready ? "ok" : "not ready");
  });
  return router;
}

function demandWhole(schema: SchemaState): void {
  if (schema.state === "unknown") throw new Error("not known yet");
  if (schema.missing.length > 0) throw new Error(`waits for ${schema.missing.join(", ")}`);
}

type Checks = Record<string, string>;

async function check(
  dependencies: Record<string, () => Promise<unknown>>,
  logger: Logger,
): Promise<Checks> {
  const entries = Object.entries(dependencies).map(
    async ([name, ask]): Promise<[string, string]> => {
      try {
        await ask();
        return [name, "ok"];
      } catch (error) {
        logger.warn({ err: error, dependency: name }, "not ready");
        return [name, messageOf(error)];
      }
    },
  );
  return Object.fromEntries(await Promise.all(entries));
}
