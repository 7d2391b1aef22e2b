import type { LetterFilter } from "@tendril/database";
import { BadRequestError } from "@tendril/runtime";
import type { Request } from "express";
import { z } from "zod";

import { letterForm } from "./filter.ts";

const id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number);

/** The boxes of a list come as `id=1&id=2`, an address that was made here as `ids=1,2`. */
const chosen = z.object({
  id: z.union([id.transform((one) => [one]), z.array(id).max(1_000)]).optional(),
  ids: z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(id).max(1_000))
    .optional(),
  /** Of the form with the boxes: without any it means nothing, never everything. */
  chosen: z.string().optional(),
});

/** Which letters an address means; null when boxes were to be ticked and none was. */
export function readSelection(req: Request, now: Date): LetterFilter | null {
  const form = letterForm(now).safeParse(req.query);
  const boxes = chosen.safeParse(req.query);
  if (!form.success || !boxes.success)
    throw new BadRequestError(
      "This address does not say which letters are meant. Choose them again.",
    );
  const ids = boxes.data.id ?? boxes.data.ids;
  if (ids === undefined && boxes.data.chosen !== undefined) return null;
  return { ...form.data, ...(ids && { ids }) };
}
