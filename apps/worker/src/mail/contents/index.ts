import type { EmailTemplate } from "@tendril/database";

import type { FindContent } from "../content.ts";
import {
  changeEmail,
  emailChanged,
  passwordChanged,
  resetPassword,
  verifyEmail,
  welcome,
} from "./account.ts";
import { digest } from "./digest.ts";
import { notification } from "./notification.ts";

/** What each mail to a person says, by its template. */
export const contents: Record<Exclude<EmailTemplate, "alarm">, FindContent> = {
  "verify-email": verifyEmail,
  "reset-password": resetPassword,
  "change-email": changeEmail,
  "email-changed": emailChanged,
  "password-changed": passwordChanged,
  welcome,
  notification,
  digest,
};
