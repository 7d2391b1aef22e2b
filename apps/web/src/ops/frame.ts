import type { Request, Response } from "express";

import type { WebContext } from "../context.ts";
import { renderFragment, renderPage } from "../http/render.ts";
import { exactly } from "./present.ts";

/** `also`: addresses that are reached from there. */
type Desk = { href: string; text: string; also?: string };

const desks: readonly Desk[] = [
  { href: "/ops", text: "Overview" },
  { href: "/ops/letters", text: "Dead letters" },
  { href: "/ops/jobs", text: "Jobs" },
  { href: "/ops/mails", text: "Mails" },
  { href: "/ops/schedule", text: "Schedule" },
  { href: "/ops/fleet", text: "Fleet" },
  { href: "/ops/trace", text: "Trace" },
  { href: "/ops/reports", text: "Reports", also: "/ops/photos" },
  { href: "/ops/people", text: "People" },
  { href: "/ops/history", text: "History" },
];

export type OpsPage = {
  /** Also its heading. */
  title: string;
  /** The page above this one. */
  up?: { href: string; text: string };
  /** Seconds after which regions with an `id` and `data-live` are asked for again. */
  live?: number;
  scripts?: string[];
};

/** A page with the operators' navigation and heading. `view` is `ops/<desk>/<name>`. */
export function renderOps(
  context: WebContext,
  req: Request,
  res: Response,
  view: string,
  { title, up, live, scripts = [] }: OpsPage,
  locals: Record<string, unknown>,
): void {
  const content = renderFragment(context, view, { viewer: req.viewer, ...locals });
  const frame = {
    content,
    desks: desks.map((desk) => ({ ...desk, current: currentOf(desk, req.path) })),
    heading: title,
    up,
    live: live && { every: live, href: req.originalUrl, asOf: exactly(context.clock.now()) },
  };
  const page = {
    title: `${title} · Operations`,
    robots: "noindex",
    wide: true,
    styles: "styles/ops.css" as const,
    skipTo: "ops-content",
    scripts: ["scripts/ops-tabs.js", ...(live ? ["scripts/live.js"] : []), ...scripts],
  };
  renderPage(context, req, res, "ops/frame", page, frame);
}

/** For `aria-current`: on the desk's own page, or on one below it. */
function currentOf({ href, also }: Desk, path: string): "page" | "true" | null {
  if (path === href) return "page";
  const isBelow = (above: string | undefined) => above && path.startsWith(`${above}/`);
  return (href !== "/ops" && isBelow(href)) || isBelow(also) ? "true" : null;
}
