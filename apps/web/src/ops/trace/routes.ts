import { findTrace } from "@tendril/operations";
import { NotFoundError } from "@tendril/runtime";
import { Router } from "express";
import { z } from "zod";

import type { WebContext } from "../../context.ts";
import { renderOps } from "../frame.ts";
import { given } from "../query.ts";
import { presentTrace } from "./present.ts";

const path = "/ops/trace";

const search = z.object({ id: given.catch(undefined) });

export function traceRoutes(context: WebContext): Router {
  const router = Router();

  router.get(path, async (req, res) => {
    const wanted = search.parse(req.query).id;
    let error: string | undefined;
    if (wanted !== undefined) {
      try {
        const { id } = await findTrace(context.operations, wanted);
        return res.redirect(303, `${path}/${encodeURIComponent(id)}`);
      } catch (thrown) {
        if (!(thrown instanceof NotFoundError)) throw thrown;
        error = thrown.message;
      }
    }
    if (error) res.status(404);
    const locals = { path, value: wanted ?? "", error };
    renderOps(context, req, res, "ops/trace/search", { title: "Trace" }, locals);
  });

  router.get(`${path}/:id`, async (req, res) => {
    const { id } = req.params;
    const trace = await findTrace(context.operations, id);
    const shown = presentTrace(trace, id.toLowerCase(), context.clock.now());
    const up = { href: path, text: "Trace" };
    const page = { title: shown.title, up, ...(shown.isRunning && { live: 3 }) };
    renderOps(context, req, res, "ops/trace/trace", page, shown);
  });

  return router;
}
