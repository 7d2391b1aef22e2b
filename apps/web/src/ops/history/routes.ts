import { actionSubject, listActions } from "@tendril/operations";
import { Router } from "express";
import { z } from "zod";

import type { WebContext } from "../../context.ts";
import { renderOps } from "../frame.ts";
import { hrefWith } from "../query.ts";
import { presentAction } from "../present-action.ts";

/** `?subject=letter:12` for one thing's history. */
const filter = z.object({
  subject: z
    .string()
    .transform((text) => {
      const colon = text.indexOf(":");
      return { kind: text.slice(0, colon), id: text.slice(colon + 1) };
    })
    .pipe(actionSubject)
    .optional()
    .catch(undefined),
  before: z.coerce.number().int().positive().optional().catch(undefined),
});

const path = "/ops/history";

export function historyRoutes(context: WebContext): Router {
  const router = Router();

  router.get(path, async (req, res) => {
    const { subject, before } = filter.parse(req.query);
    const { actions, older } = await listActions(context.operations, {
      ...(subject && { subject }),
      ...(before !== undefined && { before }),
      limit: 50,
    });
    const of = subject && `${subject.kind}:${subject.id}`;
    const now = context.clock.now();
    renderOps(
      context,
      req,
      res,
      "ops/history/history",
      {
        title: subject ? `History of ${subject.kind} ${subject.id}` : "History",
        ...(subject && { up: { href: path, text: "History of everything" } }),
        ...(before === undefined && { live: 10 }),
      },
      {
        actions: actions.map((action) => presentAction(action, now)),
        subject: of,
        isOlder: before !== undefined,
        newestHref: before === undefined ? null : hrefWith(path, { subject: of }),
        olderHref: older === null ? null : hrefWith(path, { subject: of, before: String(older) }),
      },
    );
  });

  return router;
}
