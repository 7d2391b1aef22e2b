import { letterStates, type LetterFilter } from "@tendril/database";
import { z } from "zod";

export type { LetterFilter };

const text = (longest: number) => z.string().trim().min(1).max(longest).optional();

/** A filter as people write it, in an address or as options; also how runs keep theirs. */
export const letterFilter = z.object({
  state: z.enum([...letterStates, "any"]).default("open"),
  ids: z.array(z.int().positive()).max(1_000).optional(),
  queue: text(20),
  job: text(60),
  cause: text(16),
  to: text(200),
  error: text(200),
  since: z.coerce.date().optional(),
  until: z.coerce.date().optional(),
  upTo: z.int().nonnegative().optional(),
});
