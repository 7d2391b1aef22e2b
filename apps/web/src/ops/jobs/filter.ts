import { jobStates } from "@tendril/database";
import { catalogue, queueNames } from "@tendril/jobs";
import { z } from "zod";

import { choice, given, moment } from "../query.ts";

export const jobChoices = {
  states: jobStates,
  names: Object.keys(catalogue).toSorted(),
  queues: queueNames,
};

/** The form of the page, which is also its address. */
export function jobFilter(now: Date) {
  return z.object({
    id: given.transform((text) => text?.toLowerCase()),
    state: choice(jobStates),
    name: given,
    queue: given,
    person: given.transform((text) => text?.replace(/^@/, "")),
    worker: given,
    error: given,
    payload: given,
    since: moment(now),
    until: moment(now),
    before: z.uuid().optional().catch(undefined),
  });
}

export type JobForm = z.output<ReturnType<typeof jobFilter>>;
