import type { ActionSubject } from "@tendril/database";
import { actionSubject, listActions } from "@tendril/operations";
import { Router } from "express";
import { z } from "zod";

import type { WebContext } from "../../context.ts";
import { renderOps } from "../frame.ts";
import { hrefWith } from "../query.ts";
import { presentAction } from "../present-action.ts";

/** `?subject=letter:12` for one thing's history, `?subject=user` for that of a kind. */
const filter = z.object({
  subject: z
    .string()
    .transform((text): { kind: string; id?: string | undefined } => {
      const [kind = "", ...id] = text.split(":");
      return { kind, id: id.length > 0 ? id.join(":") : undefined };
    })
    .pipe(actionSubject)
    .optional()
    .catch(undefined),
  before: z.coerce.number().int().positive().optional().catch(undefined),
});

const path = "/ops/history";

/** Thousands of letters that were sent back hide what else was done. */
const kinds: [kind: ActionSubject["kind"] | undefined, text: string][] = [
  [undefined, "everything"],
  ["redrive", "redrives"],
  ["letter", "letters"],
  ["queue", "queues"],
  ["task", "timed tasks"],
  ["photo", "photos"],
  ["user", "people"],
];

const kindsOf = (shown: ActionSubject["kind"] | undefined) =>
  kinds.map(([kind, text]) => ({
    text,
    href: hrefWith(path, { subject: kind }),
    current: kind === shown,
  }));

export function historyRoutes(context: WebContext): Router {
  const router = Router();

  router.get(path, async (req, res) => {
    const { subject, before } = filter.parse(req.query);
    const { actions, older } = await listActions(context.operations, {
      ...(subject && { subject }),
      ...(before !== undefined && { before }),
      limit: 50,
    });
    const of = subject && [subject.kind, subject.id].filter((part) => part !== undefined).join(":");
    const now = context.clock.now();
    renderOps(
      context,
      req,
      res,
      "ops/history/history",
      {
        title: subject?.id === undefined ? "History" : `History of ${subject.kind} ${subject.id}`,
        ...(subject?.id !== undefined && { up: { href: path, text: "History of everything" } }),
        ...(before === undefined && { live: 10 }),
      },
      {
        actions: actions.map((action) => presentAction(action, now)),
        kinds: subject?.id === undefined ? kindsOf(subject?.kind) : [],
        isOlder: before !== undefined,
        newestHref: before === undefined ? null : hrefWith(path, { subject: of }),
        olderHref: older === null ? null : hrefWith(path, { subject: of, before: String(older) }),
      },
    );
  });

  return router;
}
