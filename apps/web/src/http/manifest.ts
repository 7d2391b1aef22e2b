import { Router } from "express";

import type { WebContext } from "../context.ts";

/**
 * Lets people put the gallery on their home screen; iPhones offer push nowhere else. Comes from here, not from
 * the assets' bucket: a manifest starts only what has its own origin.
 */
export function manifestRoutes({ assets }: WebContext): Router {
  const icon = (file: string, size: number, purpose: "any" | "maskable") => ({
    src: assets.url(`icons/${file}`),
    sizes: `${size}x${size}`,
    type: "image/png",
    purpose,
  });
  const manifest = JSON.stringify({
    id: "/",
    name: "Tendril",
    description: "Photos from everyone on Tendril, newest first.",
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: "#fbfbf8",
    theme_color: "#fbfbf8",
    icons: [
      icon("notification.png", 192, "any"),
      icon("app-512.png", 512, "any"),
      icon("app-maskable-512.png", 512, "maskable"),
    ],
  });
  return Router().get("/manifest.webmanifest", (_req, res) => {
    res
      .set("Cache-Control", "public, max-age=3600")
      .type("application/manifest+json")
      .send(manifest);
  });
}
