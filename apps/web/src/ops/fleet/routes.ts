import { describeFleet } from "@tendril/operations";
import { Router } from "express";

import type { WebContext } from "../../context.ts";
import { renderOps } from "../frame.ts";
import { presentFleet } from "./present.ts";

export function fleetRoutes(context: WebContext): Router {
  const router = Router();
  const { db } = context.operations;

  router.get("/ops/fleet", async (req, res) => {
    const now = context.clock.now();
    const fleet = presentFleet(await describeFleet(db, now), now);
    renderOps(context, req, res, "ops/fleet/fleet", { title: "Fleet", live: 5 }, fleet);
  });

  return router;
}
