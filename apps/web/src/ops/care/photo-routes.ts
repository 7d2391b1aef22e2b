import {
  dismissReports,
  findAnyPhoto,
  hiddenUnlessTold,
  hidePhoto,
  unhidePhoto,
} from "@tendril/operations";
import { Router, type Request } from "express";
import { z } from "zod";

import type { WebContext } from "../../context.ts";
import { presentSmallPicture } from "../../presenters/small-picture.ts";
import { confirmRoute, reasonForm, type Question } from "../confirm.ts";

const reports = "/ops/reports";

const hideForm = reasonForm.extend({
  tell: z.string().trim().max(500, "500 characters are enough.").optional(),
});

export function photoRoutes(context: WebContext): Router {
  const router = Router();
  const { operations } = context;
  const slugOf = (req: Request) => String(req.params["slug"]);
  const back = { href: reports, text: "Reports" };

  const about = async (req: Request): Promise<Pick<Question, "facts" | "picture">> => {
    const photo = await findAnyPhoto(operations, slugOf(req));
    const { slug, caption, fileName, hiddenAt, hiddenReason } = photo;
    return {
      picture: presentSmallPicture(context.storage, photo),
      facts: [
        ["Photo", caption || fileName],
        ["Address", `${context.config.publicUrl}/photos/${slug}`],
        ["State", hiddenAt ? `hidden, its owner reads: ${hiddenReason ?? ""}` : photo.status],
      ],
    };
  };

  /** What can be done about it now; a hidden photo has no page for operators. */
  router.get("/ops/photos/:slug", async (req, res) => {
    const { slug, hiddenAt } = await findAnyPhoto(operations, req.params.slug);
    res.redirect(303, `/ops/photos/${slug}/${hiddenAt ? "unhide" : "hide"}`);
  });

  router.use(
    confirmRoute(context, "/ops/photos/:slug/hide", {
      schema: hideForm,
      ask: async (req) => ({
        ...(await about(req)),
        title: "Hide a photo",
        text: "It is gone from the whole gallery within a second, and its files get addresses that nobody knows. It can be taken back.",
        fields: [
          {
            name: "tell",
            label: "What its owner reads",
            optional: true,
            rows: 2,
            maxLength: 500,
            hint: `By mail and where the photo was. Name nobody who complained. Left empty, they read: “${hiddenUnlessTold}”`,
          },
        ],
        reasonHint: "Goes into the history, with your name. Its owner does not read this.",
        button: "Hide it",
        danger: true,
        back,
      }),
      async act(req, operator, form) {
        await hidePhoto(operations, operator, { slug: slugOf(req), ...form, trace: req.id });
        await context.frontPage.refresh();
        return { to: reports, say: "photo-hidden" };
      },
    }),
  );

  router.use(
    confirmRoute(context, "/ops/photos/:slug/unhide", {
      schema: reasonForm,
      ask: async (req) => ({
        ...(await about(req)),
        title: "Show a photo again",
        text: "It is back where it was, for everybody who could see it before. The reports that it was hidden for are dismissed. Its owner sees it again, and is not told.",
        button: "Show it again",
        back,
      }),
      async act(req, operator, { reason }) {
        await unhidePhoto(operations, operator, { slug: slugOf(req), reason });
        await context.frontPage.refresh();
        return { to: `/photos/${slugOf(req)}`, say: "photo-unhidden" };
      },
    }),
  );

  router.use(
    confirmRoute(context, `${reports}/:slug/dismiss`, {
      schema: reasonForm,
      ask: async (req) => ({
        ...(await about(req)),
        title: "Dismiss the reports of a photo",
        text: "The photo stays as it is, and all open reports of it are closed.",
        button: "Dismiss",
        back,
      }),
      async act(req, operator, { reason }) {
        await dismissReports(operations, operator, { slug: slugOf(req), reason });
        return { to: reports, say: "reports-dismissed" };
      },
    }),
  );

  return router;
}
