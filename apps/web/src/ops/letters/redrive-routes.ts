import {
  countOpenLetters,
  findCanary,
  findRedrive,
  listActions,
  listRedrives,
  reportRedrives,
  resumeRedrive,
  stopRedrive,
} from "@tendril/operations";
import { NotFoundError } from "@tendril/runtime";
import { Router, type Request } from "express";

import type { WebContext } from "../../context.ts";
import { confirmRoute, reasonForm } from "../confirm.ts";
import { renderOps } from "../frame.ts";
import { presentAction } from "../present-action.ts";
import { pace, paceField } from "./pace.ts";
import { likeThose, presentListed, presentRedrive } from "./present-redrive.ts";

const path = "/ops/letters/redrives";

/** Letters that are sent back many at a time: how far it is, and how to stop it. */
export function redriveRoutes(context: WebContext): Router {
  const router = Router();
  const { operations } = context;

  router.get(path, async (req, res) => {
    const now = context.clock.now();
    const redrives = (await listRedrives(operations)).map((redrive) => presentListed(redrive, now));
    const page = { title: "Redrives", up: { href: "/ops/letters", text: "Dead letters" }, live: 5 };
    renderOps(context, req, res, "ops/letters/redrives", page, { redrives });
  });

  router.get(`${path}/:id`, async (req, res) => {
    const now = context.clock.now();
    const run = await findRedrive(operations, redriveIdOf(req));
    const subject = { kind: "redrive" as const, id: String(run.id) };
    const [canary, died, { actions }, [report]] = await Promise.all([
      run.canary === 0 ? null : findCanary(operations, run),
      countOpenLetters(operations, likeThose(run)),
      listActions(operations, { subject, limit: 50 }),
      reportRedrives(operations, [run]),
    ]);
    renderOps(
      context,
      req,
      res,
      "ops/letters/redrive",
      { title: `Redrive ${run.id}`, up: { href: path, text: "Redrives" }, live: 2 },
      {
        ...presentRedrive(run, { canary, died, diedAgain: report?.diedAgain ?? [] }, now),
        actions: actions.map((action) => presentAction(action, now)),
      },
    );
  });

  router.use(
    confirmRoute(context, `${path}/:id/stop`, {
      schema: reasonForm,
      ask: async (req) => ({
        title: `Stop redrive ${redriveIdOf(req)}`,
        text: "Nothing more is sent. Letters that are on their way go on, and it can be resumed.",
        button: "Stop it",
        back: backTo(req),
      }),
      async act(req, operator, { reason }) {
        await stopRedrive(operations, operator, redriveIdOf(req), reason);
        return { to: `${path}/${redriveIdOf(req)}` };
      },
    }),
    confirmRoute(context, `${path}/:id/resume`, {
      schema: reasonForm.extend({ rate: pace.optional() }),
      ask: async (req) => ({
        title: `Go on with redrive ${redriveIdOf(req)}`,
        fields: [paceField("Empty: as before.")],
        text: "It goes on with the others. What went first and died again is not sent a second time: that lies here as new letters. The next ones go first then.",
        button: "Go on",
        back: backTo(req),
      }),
      async act(req, operator, { reason, rate }) {
        const how = { reason, rate: rate ?? undefined };
        await resumeRedrive(operations, operator, redriveIdOf(req), how);
        return { to: `${path}/${redriveIdOf(req)}` };
      },
    }),
  );

  return router;
}

function backTo(req: Request) {
  const id = redriveIdOf(req);
  return { href: `${path}/${id}`, text: `Redrive ${id}` };
}

function redriveIdOf({ params: { id } }: Request): number {
  if (typeof id === "string" && /^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new NotFoundError("There is no such redrive.");
}
