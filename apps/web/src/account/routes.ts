import express, { Router } from "express";

import type { WebContext } from "../context.ts";
import { changeEmailRoutes } from "./change-email-routes.ts";
import { profileRoutes } from "./profile-routes.ts";
import { recoveryRoutes } from "./recovery-routes.ts";
import { securityRoutes } from "./security-routes.ts";
import { signInRoutes } from "./sign-in-routes.ts";
import { signUpRoutes } from "./sign-up-routes.ts";
import { verifyRoutes } from "./verify-routes.ts";

/** Most of it is open to everybody, as one cannot be signed in yet. */
export function accountRoutes(context: WebContext): Router {
  const form = express.urlencoded({ extended: false, limit: "20kb" });
  return Router().use(
    signUpRoutes(context, form),
    signInRoutes(context, form),
    profileRoutes(context, form),
    securityRoutes(context, form),
    verifyRoutes(context, form),
    changeEmailRoutes(context, form),
    recoveryRoutes(context, form),
  );
}
