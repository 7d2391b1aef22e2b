import {
  countOpenLetters,
  describeError,
  dropLetters,
  largestCanary,
  openLettersNow,
  RedriveGoesOnError,
  runningRedrives,
  searchLetters,
  startRedrive,
} from "@tendril/operations";
import type { LetterFilter } from "@tendril/operations";
import { BadRequestError, InvalidInputError, NotFoundError } from "@tendril/runtime";
import { Router, type Request, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../../context.ts";
import { flash } from "../../http/flash.ts";
import { confirmRoute, reasonForm, why, type Question } from "../confirm.ts";
import { counted } from "../present.ts";
import { asWritten, hrefWith } from "../query.ts";
import { describeFilter, hrefOf, nameCause } from "./filter.ts";
import { count, pace, paceField } from "./pace.ts";
import { jobName } from "./present-letter.ts";
import { readSelection } from "./selection.ts";

const list = "/ops/letters";

/** More take longer than a page should; they are for the command line, which shows how far it is. */
const mostDroppedAtOnce = 10_000;

/** Sent along by the question. */
const asked = {
  upTo: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional(),
};
type Asked = { upTo?: number | undefined };

const redriveForm = z.object({
  ...asked,
  reason: why,
  canary: count(0, largestCanary),
  rate: pace,
});

/** All letters of a filter or a cause, or those that were chosen. */
export function manyLettersRoutes(context: WebContext): Router {
  const router = Router();
  const { operations, clock } = context;

  /** `upTo`: the last letter there was when it was asked; those that died since are not meant. */
  const selected = (req: Request, { upTo }: Asked = {}): LetterFilter => {
    const filter = readSelection(req, clock.now());
    if (filter === null) throw new BadRequestError("No letters were chosen. Choose them again.");
    return { ...filter, state: "open", ...(upTo !== undefined && { upTo }) };
  };

  // Boxes were to be ticked, and none was: nothing is meant.
  router.get([`${list}/redrive`, `${list}/drop`], (req: Request, res: Response, next) => {
    if (readSelection(req, clock.now()) !== null) return next();
    flash(res, "no-letters-chosen");
    const { chosen: _, ...filter } = asWritten.parse(req.query);
    res.redirect(303, hrefWith(list, filter));
  });

  const questionOf = async (meant: LetterFilter) => {
    const { count: number, filter } = await openLettersNow(operations, meant);
    const [{ letters }, running] = await Promise.all([
      searchLetters(operations, filter, { limit: 1 }),
      runningRedrives(operations),
    ]);
    const [newest] = letters;
    if (!newest) throw new NotFoundError("No open letter is meant by that any more.");
    const causeName = filter.cause && nameCause(filter.cause, newest);
    const facts: [string, string][] = [
      ["Which", number === 1 ? `Letter ${newest.id}` : describeFilter(filter, causeName)],
      [
        number === 1 ? "What died" : "The newest of them",
        `${jobName(newest)}: ${describeError(newest)}`,
      ],
      ...running.map(({ id, operator, reason, sent, planned }): [string, string] => [
        "Going on meanwhile",
        `Redrive ${id} of ${operator} (${reason}): ${sent} of ${planned} sent back`,
      ]),
    ];
    const hidden = { upTo: String(filter.upTo) };
    const back = { href: hrefOf(list, { ...filter, ids: undefined }), text: "Dead letters" };
    return { number, letters: counted(number, "letter"), facts, hidden, back };
  };

  router.use(
    confirmRoute(context, `${list}/redrive`, {
      schema: redriveForm,
      async ask(req): Promise<Question> {
        const { letters, number, facts, hidden, back } = await questionOf(selected(req));
        const button = `Send ${letters} back`;
        if (number === 1)
          return {
            title: button,
            text: "Its job goes back to its queue and begins again, with all its attempts.",
            facts,
            hidden: { ...hidden, canary: "0", rate: "" },
            button,
            back,
          };
        return {
          title: button,
          text: "Each job goes back to its queue and begins again. A few go first: only when those have come to a good end do the others follow. It can be watched and stopped.",
          facts,
          fields: [
            {
              name: "canary",
              label: "How many go first",
              type: "number",
              value: String(Math.min(5, Math.max(0, number - 1))),
              hint: `Should one of them die again, the others stay here. 0 to ${largestCanary}; 0 sends all at once.`,
              attributes: [
                ["min", 0],
                ["max", largestCanary],
              ],
            },
            paceField("For the others. Empty: as fast as it goes."),
          ],
          hidden,
          button,
          back,
        };
      },
      async act(req, operator, form) {
        const filter = selected(req, form);
        try {
          const run = await startRedrive(operations, operator, { filter, ...form });
          return { to: `${list}/redrives/${run.id}` };
        } catch (error) {
          // The button was pressed twice, or somebody else was faster: there is one to watch.
          if (!(error instanceof RedriveGoesOnError)) throw error;
          return { to: `${list}/redrives/${error.runId}`, say: "redrive-goes-on" };
        }
      },
    }),
    confirmRoute(context, `${list}/drop`, {
      schema: reasonForm.extend(asked),
      async ask(req): Promise<Question> {
        const { letters, facts, hidden, back } = await questionOf(selected(req));
        return {
          title: `Drop ${letters}`,
          text: "They are closed, and their jobs stay undone. They stay on record.",
          facts,
          hidden,
          button: `Drop ${letters}`,
          danger: true,
          back,
        };
      },
      async act(req, operator, { reason, upTo }) {
        const filter = selected(req, { upTo });
        if ((await countOpenLetters(operations, filter)) > mostDroppedAtOnce)
          throw new InvalidInputError(
            `That is more than ${mostDroppedAtOnce.toLocaleString("en-GB")} letters: choose fewer, or use the command line (dead drop).`,
          );
        await dropLetters(operations, operator, filter, { reason });
        return { to: hrefOf(list, { ...filter, ids: undefined }), say: "letters-dropped" };
      },
    }),
  );

  return router;
}
