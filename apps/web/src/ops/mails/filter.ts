import { emailStatuses, emailTemplates } from "@tendril/database";
import { z } from "zod";

import { choice, given, moment } from "../query.ts";

export const mailChoices = { statuses: emailStatuses, templates: emailTemplates };

/** The form of the page, which is also its address. */
export function mailFilter(now: Date) {
  return z.object({
    recipient: given.transform((text) => text?.toLowerCase()),
    status: choice(emailStatuses),
    template: choice(emailTemplates),
    since: moment(now),
    until: moment(now),
    before: z.coerce.number().int().positive().optional().catch(undefined),
  });
}
