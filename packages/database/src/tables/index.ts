import type { Sequelize } from "sequelize";

import { defineDeadLetters } from "./dead-letters.ts";
import { defineEmailMessages } from "./email-messages.ts";
import { defineJobs } from "./jobs.ts";
import { definePhotos } from "./photos.ts";
import { defineTokens } from "./tokens.ts";
import { defineUsers } from "./users.ts";

/** Every table that rows are inserted into through Sequelize. */
export function defineTables(sequelize: Sequelize) {
  return {
    deadLetters: defineDeadLetters(sequelize),
    emailMessages: defineEmailMessages(sequelize),
    jobs: defineJobs(sequelize),
    photos: definePhotos(sequelize),
    tokens: defineTokens(sequelize),
    users: defineUsers(sequelize),
  };
}

export type Tables = ReturnType<typeof defineTables>;
