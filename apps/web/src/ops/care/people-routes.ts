import {
  changePerson,
  findPerson,
  findPersonActions,
  personChanges,
  type PersonChange,
} from "@tendril/operations";
import { ConflictError, NotFoundError } from "@tendril/runtime";
import { Router } from "express";
import { z } from "zod";

import type { WebContext } from "../../context.ts";
import { confirmRoute, reasonForm, type Question } from "../confirm.ts";
import { renderOps } from "../frame.ts";
import { given } from "../query.ts";
import { presentPerson } from "./present.ts";

const path = "/ops/people";

const search = z.object({ name: given.catch(undefined) });

const questions: Record<
  PersonChange,
  Pick<Question, "text" | "button" | "danger" | "reasonHint">
> = {
  promote: {
    text: "They will see and do everything that you see and do on these pages.",
    button: "Make them an operator",
  },
  demote: { text: "They will not see these pages any more.", button: "Take the role away" },
  suspend: {
    text: "Their sessions end within a second, they cannot sign in, and their photos and comments are shown to nobody. It can be taken back.",
    reasonHint:
      "They read this when they try to sign in. It goes into the history, too, with your name.",
    button: "Suspend them",
    danger: true,
  },
  unsuspend: {
    text: "They can sign in again, and their photos are back.",
    button: "Let them back",
  },
};

const titles: Record<PersonChange, (name: string) => string> = {
  promote: (name) => `Make @${name} an operator`,
  demote: (name) => `@${name} is to be no operator any more`,
  suspend: (name) => `Suspend @${name}`,
  unsuspend: (name) => `Let @${name} back`,
};

export function peopleRoutes(context: WebContext): Router {
  const router = Router();
  const { operations } = context;

  router.get(path, async (req, res) => {
    const { name } = search.parse(req.query);
    let error: string | undefined;
    if (name !== undefined) {
      try {
        const person = await findPerson(operations, name);
        return res.redirect(303, `${path}/${person.username}`);
      } catch (thrown) {
        if (!(thrown instanceof NotFoundError)) throw thrown;
        error = thrown.message;
        res.status(404);
      }
    }
    const locals = { path, value: name ?? "", error };
    renderOps(context, req, res, "ops/care/people", { title: "People" }, locals);
  });

  router.get(`${path}/:name`, async (req, res) => {
    const person = await findPerson(operations, req.params.name);
    const actions = await findPersonActions(operations, person);
    const now = context.clock.now();
    const shown = presentPerson(person, actions, { now, viewerId: req.viewer?.id });
    const page = { title: `@${person.username}`, up: { href: path, text: "People" } };
    renderOps(context, req, res, "ops/care/person", page, shown);
  });

  for (const change of personChanges) {
    router.use(
      confirmRoute(context, `${path}/:name/${change}`, {
        schema: reasonForm,
        async ask(req) {
          const person = await findPerson(operations, String(req.params["name"]));
          const { username, displayName, email } = person;
          return {
            title: titles[change](username),
            ...questions[change],
            facts: [
              ["Name", displayName],
              ["Address", email],
            ],
            back: { href: `${path}/${username}`, text: `@${username}` },
          };
        },
        async act(req, operator, { reason }) {
          const name = String(req.params["name"]);
          try {
            await changePerson(operations, operator, change, { name, reason });
          } catch (error) {
            // Somebody was faster, or the button was pressed twice: the page says how it is.
            if (!(error instanceof ConflictError)) throw error;
          }
          await Promise.all([context.suspensions.refresh(), context.frontPage.refresh()]);
          return { to: `${path}/${encodeURIComponent(name)}`, say: "person-changed" };
        },
      }),
    );
  }

  return router;
}
