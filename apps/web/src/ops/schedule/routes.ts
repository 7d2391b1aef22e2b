import { describeSchedule, parseMoment, momentHint, readRun, runTask } from "@tendril/operations";
import { InvalidInputError } from "@tendril/runtime";
import { Router } from "express";
import { z } from "zod";

import type { WebContext } from "../../context.ts";
import { confirmRoute, why } from "../confirm.ts";
import { renderOps } from "../frame.ts";
import { exactly } from "../present.ts";
import { given } from "../query.ts";
import { presentTask } from "./present.ts";

const path = "/ops/schedule";
const form = z.object({ reason: why, at: given });

export function scheduleRoutes(context: WebContext): Router {
  const router = Router();
  const { operations, clock } = context;

  router.get(path, async (req, res) => {
    const now = clock.now();
    const tasks = await describeSchedule(operations.db, now);
    renderOps(
      context,
      req,
      res,
      "ops/schedule/schedule",
      { title: "Schedule", live: 10 },
      { tasks: tasks.map((task) => presentTask(task, now)) },
    );
  });

  router.use(
    confirmRoute(context, `${path}/:task/run`, {
      schema: form,
      async ask(req) {
        const task = String(req.params["task"]);
        // A task that there is not is said so at once.
        await readRun(operations, { task });
        const at = given.catch(undefined).parse(req.query["at"]);
        return {
          title: `Run ${task} now`,
          text: "It runs as if its tick had just come: one job, and one only for each minute. To make up for a tick that never came, say its time; it counts as received then.",
          fields: [
            {
              name: "at",
              label: "Which tick",
              value: at ?? "",
              hint: `This minute, if left empty; else a time such as ${exactly(clock.now()).slice(0, 16)} (UTC).`,
              optional: true,
            },
          ],
          button: "Run it",
          back: { href: path, text: "Schedule" },
        };
      },
      async act(req, operator, { at: written, reason }) {
        const at = written === undefined ? undefined : parseMoment(written, clock.now());
        if (at === null) {
          const wrong = `Write ${momentHint}`;
          throw new InvalidInputError(wrong, { at: wrong });
        }
        const task = String(req.params["task"]);
        const { jobId } = await runTask(operations, operator, { task, reason, ...(at && { at }) });
        return { to: jobId === null ? path : `/ops/jobs/${jobId}`, say: "task-run" };
      },
    }),
  );

  return router;
}
