import type { Sequelize } from "sequelize";

import { defineComments } from "./comments.ts";
import { defineDeadLetters } from "./dead-letters.ts";
import { defineEmailMessages } from "./email-messages.ts";
import { defineJobs } from "./jobs.ts";
import { defineOperatorActions } from "./operator-actions.ts";
import { definePhotos } from "./photos.ts";
import { definePushMessages } from "./push-messages.ts";
import { definePushSubscriptions } from "./push-subscriptions.ts";
import { defineRedriveRuns } from "./redrive-runs.ts";
import { defineTokens } from "./tokens.ts";
import { defineTraces } from "./traces.ts";
import { defineUsers } from "./users.ts";

/** Every table that rows are inserted into through Sequelize. */
export function defineTables(sequelize: Sequelize) {
  return {
    comments: defineComments(sequelize),
    deadLetters: defineDeadLetters(sequelize),
    emailMessages: defineEmailMessages(sequelize),
    jobs: defineJobs(sequelize),
    operatorActions: defineOperatorActions(sequelize),
    photos: definePhotos(sequelize),
    pushMessages: definePushMessages(sequelize),
    pushSubscriptions: definePushSubscriptions(sequelize),
    redriveRuns: defineRedriveRuns(sequelize),
    tokens: defineTokens(sequelize),
    traces: defineTraces(sequelize),
    users: defineUsers(sequelize),
  };
}

export type Tables = ReturnType<typeof defineTables>;
