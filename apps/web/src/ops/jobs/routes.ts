import { findJobs, showJob } from "@tendril/operations";
import { NotFoundError } from "@tendril/runtime";
import { Router, type Request, type Response } from "express";

import type { WebContext } from "../../context.ts";
import { errorsByField } from "../../http/form-errors.ts";
import { renderOps } from "../frame.ts";
import { exactly } from "../present.ts";
import { asWritten, hrefWith } from "../query.ts";
import { jobChoices, jobFilter, type JobForm } from "./filter.ts";
import { presentFoundJob, presentJob } from "./present.ts";

const path = "/ops/jobs";
const pageSize = 50;

export function jobRoutes(context: WebContext): Router {
  const router = Router();
  const { operations } = context;

  router.get(path, async (req, res) => {
    const read = jobFilter(context.clock.now()).safeParse(req.query);
    if (!read.success) return list(req, res, {}, errorsByField(read.error));
    const { id, ...filter } = read.data;
    // Jobs and requests have ids of one kind.
    if (id !== undefined && (await isJob(id))) return res.redirect(303, `${path}/${id}`);
    return list(req, res, { ...filter, ...(id !== undefined && { trace: id }) });
  });

  router.get(`${path}/:id`, async (req, res) => {
    const now = context.clock.now();
    const shown = presentJob(await showJob(operations, req.params.id), now);
    const up = { href: path, text: "Jobs" };
    renderOps(context, req, res, "ops/jobs/job", { title: shown.title, up, live: 3 }, shown);
  });

  const isJob = (id: string) =>
    orNotFound(showJob(operations, id)).then((found) => !("no" in found));

  const list = async (
    req: Request,
    res: Response,
    { before, ...filter }: Partial<Omit<JobForm, "id">> & { trace?: string },
    wrong: Record<string, string> = {},
  ) => {
    const now = context.clock.now();
    const page = { before, limit: pageSize };
    const isWrong = Object.keys(wrong).length > 0;
    const found = isWrong ? { no: "" } : await orNotFound(findJobs(operations, filter, page));
    const { jobs, next, since } = "no" in found ? { jobs: [], next: null, since: null } : found;
    const errors = "no" in found && !isWrong ? { person: found.no } : wrong;
    const values = asWritten.parse(req.query);
    const isNewest = before === undefined;
    renderOps(
      context,
      req,
      "no" in found ? res.status(422) : res,
      "ops/jobs/jobs",
      { title: "Jobs", ...(isNewest && !("no" in found) && { live: 5 }) },
      {
        values,
        errors,
        choices: jobChoices,
        jobs: jobs.map((job) => presentFoundJob(job, now)),
        searched: !("no" in found),
        lookedBackTo: since && filter.since === undefined ? exactly(since) : null,
        newestHref: isNewest ? null : hrefWith(path, { ...values, before: undefined }),
        olderHref: next === null ? null : hrefWith(path, { ...values, before: next }),
        isFiltered: Object.values(values).some((value) => value !== ""),
        path,
      },
    );
  };

  return router;
}

/** What was looked for, or the words that say that it is not there. */
async function orNotFound<Found extends object>(
  looking: Promise<Found>,
): Promise<Found | { no: string }> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof NotFoundError) return { no: error.message };
    throw error;
  }
}
