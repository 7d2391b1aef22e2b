import { editLetterPayload, transaction, type DeadLetterRow } from "@tendril/database";
import { catalogue, isJobName } from "@tendril/jobs";
import { ConflictError, InvalidInputError, messageOf } from "@tendril/runtime";
import { diffLines } from "diff";

import { recordAction } from "../actions.ts";
import type { OperationsContext, Operator } from "../context.ts";
import { demandLetter } from "./show.ts";

type Wish = {
  /** JSON. */
  payload: string;
  /** For a message that belongs to no job: what it is to become. */
  job?: string | undefined;
};

export type LetterEdit = {
  job: string;
  /** JSON, indented for people: as it was and as it will be. */
  before: string;
  after: string;
  diff: { kind: "same" | "gone" | "new"; line: string }[];
};

/** What an edit would do; fails when it does not fit the job. Changes nothing. */
export async function previewEdit(
  { db }: Pick<OperationsContext, "db">,
  id: number,
  wish: Wish,
): Promise<LetterEdit> {
  return describe(await demandLetter({ db }, id), wish);
}

/**
 * The letter is sent back with this payload from now on; what the job died with is kept. Both versions are on
 * record.
 */
export async function editLetter(
  { db, clock }: Pick<OperationsContext, "db" | "clock">,
  operator: Operator,
  id: number,
  { reason, ...wish }: Wish & { reason: string },
): Promise<LetterEdit> {
  const letter = await demandLetter({ db }, id);
  const edit = describe(letter, wish);
  const before = currentPayload(letter);
  const payload = JSON.stringify(JSON.parse(edit.after));
  await transaction(db, async (tx) => {
    const change = { before: letter.editedPayload, payload, name: edit.job };
    if (!(await editLetterPayload(tx, id, change)))
      throw new ConflictError(`Letter ${id} was changed meanwhile: look at it again.`);
    await recordAction(tx, clock, operator, {
      action: "dead edit",
      subject: { kind: "letter", id: String(id) },
      reason,
      before: { job: letter.name, payload: before },
      after: { job: edit.job, payload },
    });
  });
  return edit;
}

/** What a redrive would send: the bytes of a message, where nothing else is known. */
function currentPayload({ editedPayload, payload, rawMessage }: DeadLetterRow): string {
  return editedPayload ?? payload ?? rawMessage?.toString() ?? "";
}

function describe(letter: DeadLetterRow, { payload, job }: Wish): LetterEdit {
  const { id, state } = letter;
  if (state !== "open") throw new ConflictError(`Letter ${id} is ${state}: only open ones change.`);
  const name = jobOf(letter, job);
  const before = pretty(currentPayload(letter));
  const after = JSON.stringify(checked(name, payload), undefined, 2);
  if (before === after && letter.name === name)
    throw new ConflictError(`That is the payload that letter ${id} has already.`);
  return { job: name, before, after, diff: diffOf(before, after) };
}

function jobOf({ id, jobId, name }: DeadLetterRow, wanted: string | undefined) {
  const job = jobId === null ? (wanted ?? name) : name;
  if (job === null)
    throw new InvalidInputError(`Letter ${id} belongs to no job: say which one it is to become.`);
  if (jobId !== null && wanted !== undefined && wanted !== name)
    throw new InvalidInputError(`Letter ${id} is of a ${name}: it stays one.`);
  if (!isJobName(job)) throw new InvalidInputError(`This release knows no job ${job}.`);
  return job;
}

/** What the job's schema makes of it; anything that the schema would leave out is a mistake. */
function checked(job: keyof typeof catalogue, json: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new InvalidInputError(`This is not JSON: ${messageOf(error)}`);
  }
  const read = catalogue[job].schema.safeParse(value);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join(".")}: ${message}` : message,
    );
    throw new InvalidInputError(`This does not fit ${job}: ${problems.join("; ")}`);
  }
  const known = new Set(Object.keys(read.data ?? {}));
  const unknown = Object.keys(Object(value)).filter((key) => !known.has(key));
  if (unknown.length > 0)
    throw new InvalidInputError(`This does not fit ${job}, which has no ${unknown.join(", ")}.`);
  return read.data;
}

/** Anything else than JSON stays as it is. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

function diffOf(before: string, after: string): LetterEdit["diff"] {
  return diffLines(`${before}\n`, `${after}\n`).flatMap(({ value, added, removed }) => {
    const kind = added ? "new" : removed ? "gone" : "same";
    return value
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => ({ kind, line }) as const);
  });
}
