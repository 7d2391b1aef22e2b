import { reportWords } from "@tendril/operations";
import express, { Router, type Request, type Response } from "express";

import type { WebContext } from "../context.ts";
import { flash } from "../http/flash.ts";
import { errorsByField } from "../http/form-errors.ts";
import { createLimit } from "../http/limits.ts";
import { wantsJson } from "../http/negotiate.ts";
import { renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { findReportable, report, reportForm } from "./reports.ts";

/** Telling the operators that a photo should not be here. */
export function reportRoutes(context: WebContext): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: "20kb" });
  const perPerson = createLimit(context.redis, {
    name: "reports",
    points: 30,
    seconds: 3_600,
    message: "That is a lot for one hour. Go on a little later.",
  });

  router.get("/photos/:slug/report", async (req, res) => {
    await show(req, res, req.params.slug);
  });

  router.post("/photos/:slug/report", form, async (req, res) => {
    const { slug } = req.params;
    const viewer = signedIn(req, `/photos/${slug}/report`);
    await perPerson.count(String(viewer.id));
    const read = reportForm.safeParse(req.body ?? {});
    if (!read.success) {
      const errors = errorsByField(read.error);
      return show(req, res.status(422), slug, { values: req.body ?? {}, errors });
    }
    await report(context, viewer, slug, read.data);
    if (wantsJson(req)) return void res.json({ reported: true });
    flash(res, "reported");
    res.redirect(303, `/photos/${slug}`);
  });

  const show = async (
    req: Request,
    res: Response,
    slug: string,
    attempt: { values: object; errors: Record<string, string> } = { values: {}, errors: {} },
  ) => {
    const viewer = signedIn(req);
    const { photo, isReported } = await findReportable(context, viewer, slug);
    const reasons = Object.entries(reportWords).map(([value, text]) => ({ value, text }));
    const page = { title: "Report a photo", robots: "noindex" };
    const locals = {
      slug,
      name: photo.caption || `Photo by ${photo.displayName}`,
      isReported,
      reasons,
      ...attempt,
    };
    renderPage(context, req, res, "reports/report", page, locals);
  };

  return router;
}
