import { InvalidInputError } from "@tendril/runtime";
import type { Operator } from "@tendril/operations";
import express, { Router, type Request, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { flash, type FlashCode } from "../http/flash.ts";
import { errorsByField } from "../http/form-errors.ts";
import { operatorOf } from "./operators.ts";
import { renderOps } from "./frame.ts";

/** Every action is recorded with who and why. */
export const why = z
  .string("Say why, for the record.")
  .trim()
  .min(1, "Say why, for the record.")
  .max(500, "500 characters are enough.");

export const reasonForm = z.object({ reason: why });

/** As the partials `http/views/_field` and `_text-area` take it. */
export type Field = {
  name: string;
  label: string;
  value?: string;
  hint?: string;
  type?: "text" | "number";
  optional?: boolean;
  /** Lines of a text area; a field of one line without it. */
  rows?: number;
  maxLength?: number;
  attributes?: [string, string | number][];
};

export type Question = {
  /** `Drop letter 12` */
  title: string;
  /** What will be so afterwards, and whether it can be taken back. */
  text: string;
  /** What it is about: label and value. */
  facts?: [string, string][];
  /** Asked besides the reason. */
  fields?: Field[];
  /** Who reads the reason besides those who look into the history. */
  reasonHint?: string;
  /** Of the photo that it is about. */
  picture?: Picture | null;
  /** Sent along as it is. */
  hidden?: Record<string, string>;
  button: string;
  /** It cannot be taken back. */
  danger?: boolean;
  /** Where one goes instead. */
  back: { href: string; text: string };
};

export type Picture = { webp: string; jpeg: string };

type Confirmed<Form> = {
  /** Of the form; has `reason`. */
  schema: z.ZodType<Form>;
  ask: (req: Request) => Promise<Question>;
  /** InvalidInputError brings the question back, with its messages at the fields. */
  act: (req: Request, operator: Operator, form: Form) => Promise<{ to: string; say?: FlashCode }>;
};

/** An action in two steps that need no script: GET asks and wants a reason, POST to the same address acts. */
export function confirmRoute<Form>(
  context: WebContext,
  path: string,
  { schema, ask, act }: Confirmed<Form>,
): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: "20kb" });

  router.get(path, async (req, res) => {
    show(context, req, res, await ask(req), { values: {}, errors: {} });
  });

  router.post(path, form, async (req, res) => {
    const values = z.record(z.string(), z.string().catch("")).catch({}).parse(req.body);
    const again = async (errors: Record<string, string>) =>
      show(context, req, res.status(422), await ask(req), { values, errors });
    const read = schema.safeParse(values);
    if (!read.success) return again(errorsByField(read.error));
    try {
      const { to, say } = await act(req, operatorOf(req), read.data);
      if (say) flash(res, say);
      res.redirect(303, to);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      await again(error.fields);
    }
  });

  return router;
}

function show(
  context: WebContext,
  req: Request,
  res: Response,
  { title, back, reasonHint = "Goes into the history, with your name.", ...question }: Question,
  { values, errors }: { values: Record<string, string>; errors: Record<string, string> },
): void {
  const fields = (question.fields ?? []).map((field) => ({
    ...field,
    value: values[field.name] ?? field.value,
    error: errors[field.name],
  }));
  renderOps(
    context,
    req,
    res,
    "ops/confirm",
    { title, up: back },
    {
      facts: [],
      hidden: {},
      danger: false,
      picture: null,
      ...question,
      back,
      fields,
      action: req.originalUrl,
      reason: { value: values["reason"] ?? "", hint: reasonHint, error: errors["reason"] },
      error: errors[""],
    },
  );
}
