import {
  countWaitingReports,
  describeFleet,
  describeSchedule,
  letterCauses,
  readBoard,
  readQueueHistory,
  reportsCountedUpTo,
} from "@tendril/operations";
import { Router } from "express";

import type { WebContext } from "../../context.ts";
import { renderOps } from "../frame.ts";
import { counted } from "../present.ts";
import { choice } from "../query.ts";
import { presentQueues, spanNames } from "./present-queues.ts";
import { presentBoard, presentCauses, presentTasks, presentTiers } from "./present.ts";

const causesShown = 5;

/** How everything is, at a glance. */
export function overviewRoutes(context: WebContext): Router {
  const router = Router();
  const { db } = context.operations;
  const spanOf = choice(spanNames);

  router.get("/ops", async (req, res) => {
    const now = context.clock.now();
    const span = spanOf.parse(req.query["span"]) ?? "6h";
    const [board, history, fleet, tasks, { causes, more }, reports] = await Promise.all([
      readBoard(db, now),
      readQueueHistory(db, span, now),
      describeFleet(db, now),
      describeSchedule(db, now),
      letterCauses(context.operations, { state: "open" }),
      countWaitingReports(context.operations),
    ]);
    renderOps(
      context,
      req,
      res,
      "ops/overview/overview",
      { title: "Overview", live: 10 },
      {
        board: presentBoard(board, context.config.local ? "./scripts/ops" : "tendril-ops", now),
        ...presentQueues(history, span, now),
        tiers: presentTiers(fleet),
        tasks: presentTasks(tasks, now),
        causes: presentCauses(causes.slice(0, causesShown), now),
        reports:
          reports === 0
            ? null
            : `${counted(reports, "report", reportsCountedUpTo)} ${reports === 1 ? "waits" : "wait"}`,
        moreCauses: more || causes.length > causesShown,
      },
    );
  });

  return router;
}
