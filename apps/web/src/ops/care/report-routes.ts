import { listReports, reportStates } from "@tendril/operations";
import { Router } from "express";
import { z } from "zod";

import type { WebContext } from "../../context.ts";
import { renderOps } from "../frame.ts";
import { hrefWith } from "../query.ts";
import { presentReport } from "./present.ts";

const path = "/ops/reports";

const query = z.object({
  state: z.enum(reportStates).catch("open"),
  before: z.coerce.number().int().positive().optional().catch(undefined),
});

export function reportListRoutes(context: WebContext): Router {
  return Router().get(path, async (req, res) => {
    const { state, before } = query.parse(req.query);
    const { reports, next } = await listReports(context.operations, { state, before });
    const now = context.clock.now();
    const page = { title: "Reports", ...(before === undefined && { live: 10 }) };
    renderOps(context, req, res, "ops/care/reports", page, {
      states: reportStates.map((value) => ({
        text: value,
        href: hrefWith(path, { state: value === "open" ? undefined : value }),
        current: value === state,
      })),
      reports: reports.map((report) => presentReport(context.storage, report, now)),
      state,
      newestHref: before === undefined ? null : hrefWith(path, { state }),
      olderHref: next === null ? null : hrefWith(path, { state, before: String(next) }),
    });
  });
}
