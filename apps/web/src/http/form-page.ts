import type { Request } from "express";

import type { WebContext } from "../context.ts";
import { localPath } from "./local-path.ts";

/** The page of ours that a form was sent from; null where the browser does not say. */
export function formPage({ config }: WebContext, req: Request): string | null {
  const page = URL.parse(req.get("referer") ?? "");
  return page?.origin === config.publicUrl ? localPath(page.pathname + page.search) : null;
}
