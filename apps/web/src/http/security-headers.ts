import type { RequestHandler } from "express";
import helmet from "helmet";

import type { WebContext } from "../context.ts";

/** No nonces: they would make every page different, and so uncacheable. */
export function securityHeaders({ config, uploadOrigin }: WebContext): RequestHandler {
  const assets = config.assetBaseUrl.startsWith("http")
    ? [new URL(config.assetBaseUrl).origin]
    : [];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", ...assets],
        styleSrc: ["'self'", ...assets],
        imgSrc: ["'self'", "data:", "blob:", new URL(config.storage.cdnBaseUrl).origin, ...assets],
        connectSrc: ["'self'", uploadOrigin],
        workerSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(config.secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: config.secure
      ? { maxAge: 63_072_000, includeSubDomains: true }
      : false,
    referrerPolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
    crossOriginOpenerPolicy: { policy: "same-origin" },
    crossOriginResourcePolicy: { policy: "same-origin" },
  });
}
