import {
  countOpenLetters,
  findSubjectsOfLetters,
  letterCauses,
  searchLetters,
  type LetterFilter,
} from "@tendril/operations";
import { Router, type Request, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../../context.ts";
import { errorsByField } from "../../http/form-errors.ts";
import { renderOps } from "../frame.ts";
import { asWritten, hrefWith } from "../query.ts";
import { hrefOf, letterChoices, letterForm, nameCause, queryOf } from "./filter.ts";
import { presentCause, presentFound } from "./present-list.ts";

const path = "/ops/letters";
const pageSize = 50;

const position = z.object({
  before: z.coerce.number().int().positive().optional().catch(undefined),
});

/** What was given up: by cause, and one by one. */
export function letterListRoutes(context: WebContext): Router {
  const router = Router();

  router.get(path, async (req, res) => {
    const read = letterForm(context.clock.now()).safeParse(req.query);
    if (!read.success) return showWrong(req, res, errorsByField(read.error));
    const filter = read.data;
    const { before } = position.parse(req.query);
    const now = context.clock.now();
    const isNewest = before === undefined;
    const isOpen = filter.state === "open";
    const [{ letters, next, complete }, { causes, more }, open] = await Promise.all([
      searchLetters(context.operations, filter, { before, limit: pageSize }),
      isNewest && filter.cause === undefined
        ? letterCauses(context.operations, filter)
        : { causes: [], more: false },
      isOpen ? countOpenLetters(context.operations, filter) : null,
    ]);
    const ids = letters.map(({ id }) => id);
    const subjects = await findSubjectsOfLetters(context.operations, ids);
    const values = asWritten.parse(req.query);
    const locals = {
      ...frameOf(values, {}),
      hidden: hiddenOf(filter),
      isOpen,
      open: open?.toLocaleString("en-GB"),
      letters: letters.map((letter) => presentFound(letter, subjects.get(letter.id) ?? null, now)),
      causes: causes.map((cause) => presentCause(cause, filter, now)),
      moreCauses: more,
      complete,
      cause: filter.cause && nameCause(filter.cause, letters[0]),
      withoutCauseHref: hrefOf(path, { ...filter, cause: undefined }),
      redriveHref: hrefOf(`${path}/redrive`, filter),
      dropHref: hrefOf(`${path}/drop`, filter),
      exportHref: hrefOf(`${path}/export`, filter),
      newestHref: isNewest ? null : hrefWith(path, { ...values, before: undefined }),
      olderHref: next === null ? null : hrefWith(path, { ...values, before: String(next) }),
    };
    const page = {
      title: "Dead letters",
      scripts: ["scripts/choose-all.js"],
      ...(isNewest && { live: 5 }),
    };
    renderOps(context, req, res, "ops/letters/letters", page, locals);
  });

  const showWrong = (req: Request, res: Response, errors: Record<string, string>) => {
    const locals = { ...frameOf(asWritten.parse(req.query), errors), letters: null };
    const page = { title: "Dead letters" };
    renderOps(context, req, res.status(422), "ops/letters/letters", page, locals);
  };

  return router;
}

/**
 * For the boxes of the list: whoever ticks none comes back to it. With times in place of `1h`, which moves on: what
 * was ticked would fall out of it.
 */
function hiddenOf(filter: LetterFilter) {
  return Object.entries(queryOf(filter)).filter(([, value]) => value !== undefined);
}

function frameOf(values: Record<string, string>, errors: Record<string, string>) {
  const isFiltered = Object.values(values).some((value) => value !== "");
  return { path, values, errors, isFiltered, choices: letterChoices };
}
