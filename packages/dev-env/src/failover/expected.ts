import type { Kind } from "../load/asked.ts";
import type { Saw } from "../load/saw.ts";
import type { Dependency } from "../space/space.ts";

/** What people get to see instead of an answer while a dependency is away. */
export type Expected = Partial<Record<Kind, Saw>>;

const needsAccount = {
  "own page": "honest 503",
  "sign-up": "honest 503",
  "sign-in": "honest 503",
  comment: "honest 503",
  like: "honest 503",
  upload: "honest 503",
  "direct upload": "honest 503",
} as const;

/** The front page is not marked before some comparisons with the database have failed; a busy machine sees it later. */
export const trustedMs = 7_000;

/** What is not named here is answered as ever. */
export const expected: Readonly<Record<Dependency, Expected>> = {
  redis: { "own front page": "as a visitor", ...needsAccount },
  sqs: {},
  s3: { upload: "honest 503", "direct upload": "no storage" },
  ses: {},
  database: {
    "front page": "marked",
    "own front page": "marked",
    "photo page": "honest 503",
    ...needsAccount,
  },
};
