import { Router } from "express";

/** What is for signed-in people, for programs, or for one person alone; photos that need their link say `noindex`. */
const closed = [
  "/api/",
  "/change-email",
  "/following",
  "/forgot-password",
  "/notifications",
  "/ops",
  "/photos/*/comments",
  "/photos/*/original",
  "/photos/*/tile",
  "/reset-password",
  "/settings",
  "/sign-in",
  "/unsubscribe",
  "/upload",
  "/verify-email",
];

/** RFC 9309. */
export function robotsRoutes(): Router {
  const text = ["User-agent: *", ...closed.map((path) => `Disallow: ${path}`), ""].join("\n");
  return Router().get("/robots.txt", (_req, res) => {
    res.set("Cache-Control", "public, max-age=86400").type("text/plain").send(text);
  });
}
