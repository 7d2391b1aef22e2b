import {
  findJob,
  findJobsOfTrace,
  findLettersOfJobs,
  findTraceOfPhoto,
  type Database,
  type JobState,
  type TracedJob,
} from "@tendril/database";
import { NotFoundError } from "@tendril/runtime";

import type { OperationsContext } from "../context.ts";
import { createAxis, type Axis } from "./axis.ts";
import { findOrigin, type Origin } from "./origin.ts";
import { findResults, type Result } from "./results.ts";
import { spansOf, type Span } from "./spans.ts";

/** One job of a journey, and the jobs that followed from it. */
export type TraceStep = {
  id: string;
  name: string;
  state: JobState;
  spans: Span[];
  result: Result | null;
  followedBy: TraceStep[];
};

export type Trace = {
  id: string;
  origin: Origin;
  /** The job that all of this followed from, when that belongs to another journey. */
  follows: { jobId: string; name: string; trace: string } | null;
  steps: TraceStep[];
  /** Jobs that followed and are not shown: there are more than a page can hold. */
  isMore: boolean;
  began: Date;
  /** Null while something goes on. */
  ended: Date | null;
  axis: Axis;
};

const mostJobs = 200;

/** The journey that this is a part of: `what` names a request, a job, a tick's trace or a photo (its slug or address). */
export async function findTrace({ db, clock }: OperationsContext, what: string): Promise<Trace> {
  const id = await traceOf(db, what);
  const found = id === null ? [] : await findJobsOfTrace(db, id, mostJobs + 1);
  const jobs = found.slice(0, mostJobs);
  const [first] = jobs;
  if (id === null || !first) {
    throw new NotFoundError(
      `Nothing followed from ${what} that is still on record: journeys are kept for 19 days. A request is named by ` +
        "its X-Request-Id, a job by its id, a photo by the last part of its address.",
    );
  }
  const now = clock.now();
  const [origin, letters, results, follows] = await Promise.all([
    findOrigin(db, id),
    findLettersOfJobs(
      db,
      jobs.map((job) => job.id),
    ),
    findResults(db, jobs),
    causeOf(db, jobs),
  ]);
  const steps = jobs.map((job) => {
    const own = letters.filter(({ jobId }) => jobId === job.id);
    const { id, name, state } = job;
    const result = results.get(id) ?? null;
    const spans = spansOf(job, own, now);
    return { id, name, state, spans, result, followedBy: [] as TraceStep[] };
  });
  const spans = [...origin.spans, ...steps.flatMap((step) => step.spans)];
  const marks = steps.flatMap((step) => (step.result?.marks ?? []).map(({ at }) => at));
  const isOpen = spans.some(({ to }) => to === null);
  const times = [...spans.flatMap(({ from, to }) => [from, to ?? now]), ...marks].map(Number);
  return {
    id,
    origin,
    follows,
    steps: asTree(jobs, steps),
    isMore: found.length > mostJobs,
    began: new Date(Math.min(...times)),
    ended: isOpen ? null : new Date(Math.max(...times)),
    axis: createAxis(spans, marks, now),
  };
}

async function traceOf(db: Database, named: string): Promise<string | null> {
  // The address of a photo ends in its name.
  const what = named.split("/").findLast((part) => part !== "") ?? named;
  const job = /^[\da-f-]{36}$/i.test(what) ? await findJob(db, what.toLowerCase()) : null;
  if (job) return job.trace;
  const photo = /^[\w-]{16}$/.test(what) ? await findTraceOfPhoto(db, what) : null;
  return photo ? photo.trace : what;
}

/** A tick's sweep begins a journey of its own for each photo that it finds. */
async function causeOf(db: Database, jobs: readonly TracedJob[]): Promise<Trace["follows"]> {
  const own = new Set(jobs.map(({ id }) => id));
  const parent = jobs.find(({ parentId }) => parentId !== null && !own.has(parentId))?.parentId;
  const job = parent ? await findJob(db, parent) : null;
  return job && { jobId: job.id, name: job.name, trace: job.trace };
}

function asTree(jobs: readonly TracedJob[], steps: readonly TraceStep[]): TraceStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const roots: TraceStep[] = [];
  for (const { id, parentId } of jobs) {
    const step = byId.get(id);
    if (!step) continue;
    const parent = parentId === null ? undefined : byId.get(parentId);
    (parent?.followedBy ?? roots).push(step);
  }
  return roots;
}
