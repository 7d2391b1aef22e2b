import { dropLetters, redriveLetters, showLetter } from "@tendril/operations";
import { ConflictError } from "@tendril/runtime";
import { Router, type Request } from "express";

import type { WebContext } from "../../context.ts";
import { confirmRoute, reasonForm, type Question } from "../confirm.ts";
import { renderOps } from "../frame.ts";
import { presentSubject } from "../subject.ts";
import { letterIdOf } from "./letter-id.ts";
import { jobName, presentLetter } from "./present-letter.ts";

const list = "/ops/letters";

/** One letter, and what can be done about it. */
export function letterRoutes(context: WebContext): Router {
  const router = Router();
  const { operations } = context;

  router.get(`${list}/:id`, async (req, res) => {
    const shown = await showLetter(operations, letterIdOf(req));
    const locals = presentLetter(shown, context.clock.now());
    const page = { title: locals.title, up: { href: list, text: "Dead letters" }, live: 3 };
    renderOps(context, req, res, "ops/letters/letter", page, locals);
  });

  router.use(
    confirmRoute(context, `${list}/:id/redrive`, {
      schema: reasonForm,
      async ask(req) {
        const { id, isMessage, ...question } = await questionOf(req);
        return {
          ...question,
          title: `Send letter ${id} back`,
          text: isMessage
            ? "The message goes back to the queue that it came from, byte for byte."
            : "The job goes back to its queue and begins again, with all its attempts.",
          button: "Send back",
        };
      },
      async act(req, operator, { reason }) {
        const id = letterIdOf(req);
        const { left } = await redriveLetters(operations, operator, [id], reason);
        if (left[0]) throw new ConflictError(`Letter ${id} was not sent back: ${left[0].why}.`);
        return { to: `${list}/${id}`, say: "letter-redriven" };
      },
    }),
    confirmRoute(context, `${list}/:id/drop`, {
      schema: reasonForm,
      async ask(req) {
        const { id, isMessage, ...question } = await questionOf(req);
        return {
          ...question,
          title: `Drop letter ${id}`,
          text: `It is closed${isMessage ? "" : ", and its job stays undone"}. It stays on record and can be looked at.`,
          button: "Drop it",
          danger: true,
        };
      },
      async act(req, operator, { reason }) {
        const id = letterIdOf(req);
        const filter = { state: "open" as const, ids: [id] };
        if ((await dropLetters(operations, operator, filter, { reason })) === 0)
          throw new ConflictError(`Letter ${id} is not open any more.`);
        return { to: `${list}/${id}`, say: "letters-dropped" };
      },
    }),
  );

  const questionOf = async (req: Request) => {
    const { letter, subject } = await showLetter(operations, letterIdOf(req));
    const facts: Question["facts"] = [
      ["Job", jobName(letter)],
      ["About", presentSubject(subject).text],
      ["Error", `${letter.errorName}: ${letter.errorMessage}`],
    ];
    if (letter.state !== "open")
      throw new ConflictError(`Letter ${letter.id} is ${letter.state} already.`);
    return {
      id: letter.id,
      /** Of no job, and nobody has made one of it. */
      isMessage: letter.jobId === null && letter.editedPayload === null,
      facts,
      back: { href: `${list}/${letter.id}`, text: `Letter ${letter.id}` },
    };
  };

  return router;
}
