import { Router } from "express";

import { BadRequestError, NotFoundError } from "@tendril/runtime";

import type { WorkerContext } from "../context.ts";
import { receiveTick } from "./receive-tick.ts";
import { isTaskName } from "./tasks.ts";
import { readTickTime } from "./tick-time.ts";

/**
 * What the platform's daemon asks for when a task of cron.yaml is due. It takes exactly 200 for "done";
 * after anything else it comes again. The body is empty, and is not read.
 */
export function tickRoutes(context: WorkerContext): Router {
  const router = Router();
  router.post("/tasks/:name", async (req, res) => {
    const task = req.params.name;
    // While a deployment is under way another instance may know it.
    if (!isTaskName(task)) throw new NotFoundError("This worker knows no such task.");
    if (req.get("X-Aws-Sqsd-Taskname") !== task) {
      throw new BadRequestError(`X-Aws-Sqsd-Taskname must say ${task}, as the address does.`);
    }
    const scheduledAt = readTickTime(req.get("X-Aws-Sqsd-Scheduled-At"), context.clock.now());
    const { isFirst, tries } = await receiveTick(context, task, scheduledAt);
    context.logger.info({ task, scheduledAt, isFirst, tries }, "tick");
    res.type("text").send(isFirst ? "Taken\n" : `Taken before; this was try ${tries}\n`);
  });
  return router;
}
