import type { Migration } from "../migrate.ts";
import { createEmailMessages } from "./20261121000004-create-email-messages.ts";
import { createGalleryVersion } from "./20261121000005-create-gallery-version.ts";
import { createJobs } from "./20261121000003-create-jobs.ts";
import { createPhotos } from "./20261121000002-create-photos.ts";
import { createTokens } from "./20261121000001-create-tokens.ts";
import { createUsers } from "./20261121000000-create-users.ts";
import { fillGalleryVersion } from "./20261121000006-fill-gallery-version.ts";
import { createDeadLetters } from "./20261121000007-create-dead-letters.ts";

/** In the order in which they run. Never edited once released; a change is a new one. */
export const migrations: readonly Migration[] = [
  createUsers,
  createTokens,
  createPhotos,
  createJobs,
  createEmailMessages,
  createGalleryVersion,
  fillGalleryVersion,
  createDeadLetters,
];
