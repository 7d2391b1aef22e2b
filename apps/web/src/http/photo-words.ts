import { visibilities } from "@tendril/database";
import { z } from "zod";

import { tidy } from "./typed-text.ts";

/** What a person says about photos in the forms of uploading and editing. */
export const photoWords = z.object({
  caption: z
    .string()
    .overwrite(tidy)
    .max(1_000, "The caption can have up to 1,000 characters.")
    .default(""),
  alt: z
    .string()
    .overwrite(tidy)
    .max(1_000, "The description can have up to 1,000 characters.")
    .default(""),
  credit: z.string().trim().max(200, "The credit can have up to 200 characters.").default(""),
  visibility: z.enum(visibilities, "Choose who can see the photo.").default("public"),
});
export type PhotoWords = z.output<typeof photoWords>;
