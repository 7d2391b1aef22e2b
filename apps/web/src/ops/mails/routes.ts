import { findMails } from "@tendril/operations";
import { Router } from "express";

import type { WebContext } from "../../context.ts";
import { errorsByField } from "../../http/form-errors.ts";
import { renderOps } from "../frame.ts";
import { asWritten, hrefWith } from "../query.ts";
import { mailChoices, mailFilter } from "./filter.ts";
import { presentMail } from "./present.ts";

const path = "/ops/mails";
const pageSize = 50;

/** What became of mails, those too that no job died of: refused, suppressed, or never heard of again. */
export function mailRoutes(context: WebContext): Router {
  const router = Router();

  router.get(path, async (req, res) => {
    const now = context.clock.now();
    const read = mailFilter(now).safeParse(req.query);
    const { before, ...search } = read.success ? read.data : {};
    const { mails, next, complete } = read.success
      ? await findMails(context.operations, search, { before, limit: pageSize })
      : { mails: [], next: null, complete: true };
    const values = asWritten.parse(req.query);
    const isNewest = before === undefined;
    renderOps(
      context,
      req,
      read.success ? res : res.status(422),
      "ops/mails/mails",
      { title: "Mails", ...(isNewest && read.success && { live: 10 }) },
      {
        path,
        values,
        errors: read.success ? {} : errorsByField(read.error),
        choices: mailChoices,
        isFiltered: Object.values(values).some((value) => value !== ""),
        searched: read.success,
        complete,
        mails: mails.map((mail) => presentMail(mail, now)),
        newestHref: isNewest ? null : hrefWith(path, { ...values, before: undefined }),
        olderHref: next === null ? null : hrefWith(path, { ...values, before: String(next) }),
      },
    );
  });

  return router;
}
