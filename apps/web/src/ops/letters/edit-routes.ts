import { editLetter, previewEdit, showLetter, type LetterEdit } from "@tendril/operations";
import { ConflictError, InvalidInputError } from "@tendril/runtime";
import express, { Router, type Request, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../../context.ts";
import { flash } from "../../http/flash.ts";
import { errorsByField } from "../../http/form-errors.ts";
import { why } from "../confirm.ts";
import { renderOps } from "../frame.ts";
import { pretty } from "../present.ts";
import { operatorOf } from "../operators.ts";
import { given } from "../query.ts";
import { letterChoices } from "./filter.ts";
import { letterIdOf } from "./letter-id.ts";

const path = "/ops/letters/:id/edit";

const wish = z.object({
  payload: z.string().trim().min(1, "Write the payload, as JSON."),
  /** Of a message that belongs to no job: what it is to become. */
  job: given,
  step: z.enum(["edit", "check", "save"]).catch("check"),
});

const reason = z.object({ reason: why });

type Sent = { payload: string; job: string; reason: string };
const asSent = z.object({
  payload: z.string().catch(""),
  job: z.string().catch(""),
  reason: z.string().catch(""),
});

/** A new payload in two steps: first it is checked and the difference shown, then it is saved with a reason. */
export function editRoutes(context: WebContext): Router {
  const router = Router();
  const { operations } = context;
  // A payload may be as long as its column.
  const form = express.urlencoded({ extended: false, limit: "1mb" });

  router.get(path, async (req, res) => {
    await show(req, res, {});
  });

  router.post(path, form, async (req, res) => {
    const id = letterIdOf(req);
    const sent = asSent.parse(req.body ?? {});
    const read = wish.safeParse(req.body ?? {});
    if (!read.success) return show(req, res, { sent, errors: errorsByField(read.error) });
    const { step, ...wanted } = read.data;
    if (step === "edit") return show(req, res, { sent });
    try {
      const edit = await previewEdit(operations, id, wanted);
      if (step === "check") return show(req, res, { sent, edit });
      const given = reason.safeParse(req.body);
      if (!given.success) return show(req, res, { sent, edit, errors: errorsByField(given.error) });
      await editLetter(operations, operatorOf(req), id, { ...wanted, ...given.data });
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return show(req, res, { sent, errors: { payload: error.message } });
    }
    flash(res, "letter-edited");
    res.redirect(303, `/ops/letters/${id}`);
  });

  const show = async (
    req: Request,
    res: Response,
    {
      sent,
      edit,
      errors = {},
    }: { sent?: Sent; edit?: LetterEdit; errors?: Record<string, string> },
  ) => {
    const { letter, message } = await showLetter(operations, letterIdOf(req));
    const { id, state, name, jobId, editedPayload, payload } = letter;
    if (state !== "open")
      throw new ConflictError(`Letter ${id} is ${state} already: only open ones can be changed.`);
    const isWrong = Object.keys(errors).length > 0;
    renderOps(
      context,
      req,
      isWrong ? res.status(422) : res,
      "ops/letters/edit",
      {
        title: edit ? "Is this right?" : "Edit the payload",
        up: { href: `/ops/letters/${id}`, text: `Letter ${id}` },
      },
      {
        path: req.path,
        back: `/ops/letters/${id}`,
        job: edit?.job ?? name,
        jobs: jobId === null ? letterChoices.jobs : null,
        values: sent ?? {
          payload: pretty(editedPayload ?? payload ?? message ?? ""),
          job: name ?? "",
          reason: "",
        },
        edit,
        errors,
      },
    );
  };

  return router;
}
