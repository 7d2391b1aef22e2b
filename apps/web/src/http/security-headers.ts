import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";

import helmet from "helmet";

import type { WebContext } from "../context.ts";
import type { Headers } from "./prepared.ts";

/**
 * The same for every answer, so Helmet is asked for them once.
 * No nonces: they would make every page different, and so uncacheable.
 */
export function securityHeaders({ config, uploadOrigin }: WebContext): Headers {
  const assets = config.assetBaseUrl.startsWith("http")
    ? [new URL(config.assetBaseUrl).origin]
    : [];
  const protect = helmet({
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
  const req = new IncomingMessage(new Socket());
  const res = new ServerResponse(req);
  protect(req, res, (error) => {
    if (error) throw error;
  });
  return Object.fromEntries(
    Object.entries(res.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
}
