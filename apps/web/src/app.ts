import type { RequestListener } from "node:http";

import express, { type Express } from "express";

import { accountRoutes } from "./account/routes.ts";
import type { WebContext } from "./context.ts";
import { originalRoutes } from "./gallery/original-routes.ts";
import { ownerRoutes } from "./gallery/owner-routes.ts";
import { frontRoutes } from "./gallery/front-routes.ts";
import { galleryRoutes } from "./gallery/routes.ts";
import { sharedGallery } from "./gallery/shared.ts";
import { assetRoutes } from "./http/assets.ts";
import { refuseCrossSite } from "./http/cross-site.ts";
import { entrance } from "./http/entrance.ts";
import { handleError, notFound } from "./http/errors.ts";
import { healthRoutes } from "./http/health.ts";
import { simulateLatency } from "./http/latency.ts";
import { manifestRoutes } from "./http/manifest.ts";
import { reportRoutes } from "./reports/routes.ts";
import { robotsRoutes } from "./http/robots.ts";
import { demandSchema } from "./http/schema-gate.ts";
import { sessions } from "./http/sessions.ts";
import { traceRequests } from "./http/trace.ts";
import { unsubscribeRoutes } from "./unsubscribe/routes.ts";
import { opsRoutes } from "./ops/routes.ts";
import { notificationRoutes } from "./notifications/routes.ts";
import { notificationSettingsRoutes } from "./notifications/settings-routes.ts";
import { socialRoutes } from "./social/routes.ts";
import { pushRoutes } from "./push/routes.ts";
import { forgetSignedOutBrowsers } from "./push/signed-out.ts";
import { serviceWorkerRoutes } from "./push/service-worker.ts";
import { uploadApiRoutes } from "./upload/api-routes.ts";
import { uploadRoutes } from "./upload/routes.ts";

/** What is alike for everybody goes out before anybody is asked who they are; all else is the app's. */
export function createHandler(context: WebContext): RequestListener {
  return entrance(context, sharedGallery(context), createApp(context));
}

/** What every other request passes, in order. */
function createApp(context: WebContext): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", context.config.trustedProxies);
  app.set("query parser", "simple");

  app.use(traceRequests(context));
  app.use(healthRoutes(context));
  app.use(assetRoutes(context));
  app.use(serviceWorkerRoutes(context));
  app.use(manifestRoutes(context));
  app.use(robotsRoutes());
  app.use(demandSchema(context));
  app.use(refuseCrossSite(context));
  app.use(sessions(context));
  app.use(forgetSignedOutBrowsers(context));
  app.use(simulateLatency(context));

  app.use(frontRoutes(context));
  app.use(galleryRoutes(context));
  app.use(ownerRoutes(context));
  app.use(originalRoutes(context));
  app.use(reportRoutes(context));
  app.use(socialRoutes(context));
  app.use(uploadRoutes(context));
  app.use(uploadApiRoutes(context));
  app.use(pushRoutes(context));
  app.use(notificationRoutes(context));
  app.use(notificationSettingsRoutes(context));
  app.use(accountRoutes(context));
  app.use(unsubscribeRoutes(context));
  app.use(opsRoutes(context));

  app.use(notFound);
  app.use(handleError(context));
  return app;
}
