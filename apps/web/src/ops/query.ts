import { momentHint, parseMoment } from "@tendril/operations";
import { z } from "zod";

/** What was left empty in a form of filters was not asked for. */
export const given = z
  .string()
  .trim()
  .max(200, "That is too long to look for.")
  .transform((text) => (text === "" ? undefined : text))
  .optional();

/** A choice of a form; something else is as good as nothing. */
export function choice<const Value extends string>(values: readonly Value[]) {
  return z.enum(values).optional().catch(undefined);
}

/** A time as operators write it. */
export function moment(now: Date) {
  return given.transform((text, context) => {
    if (text === undefined) return undefined;
    const at = parseMoment(text, now);
    if (at) return at;
    context.addIssue({ code: "custom", message: `Write ${momentHint}` });
    return z.NEVER;
  });
}

/** What stands in the form again. */
export const asWritten = z.record(z.string(), z.string().catch("")).catch({});

/** The page's address with these filters, and without those that are empty. */
export function hrefWith(
  path: string,
  query: Readonly<Record<string, string | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value);
  return search.size === 0 ? path : `${path}?${search}`;
}
