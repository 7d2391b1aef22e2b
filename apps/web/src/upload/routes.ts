import { describeFailure, acceptedTypes } from "@tendril/storage";
import type { PhotoRow } from "@tendril/database";
import { Router, type Request, type Response } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { formToken, newFormToken } from "../http/form-token.ts";
import type { PhotoWords } from "../http/photo-words.ts";
import { renderPage } from "../http/render.ts";
import { signedIn } from "../http/sessions.ts";
import { presentPendingUpload } from "../presenters/pending-upload.ts";
import { presentTile } from "../presenters/tile.ts";
import { receiveForm } from "./multipart.ts";
import { limitUploads, maxFiles } from "./limits.ts";
import { asVisible, findFailed, uploadsOfForm } from "./uploads.ts";

const failureStatus: Readonly<Record<string, number>> = { "too-large": 413, empty: 422 };

export function uploadRoutes(context: WebContext): Router {
  const router = Router();
  const perPerson = limitUploads(context.redis);

  router.get("/upload", async (req, res) => {
    const viewer = signedIn(req);
    const sent = formToken.safeParse(req.query.form);
    const photos = sent.success ? await uploadsOfForm(context, viewer.id, sent.data) : [];
    const results = photos.map((photo, index) => {
      const shown = asVisible(photo, viewer);
      return {
        ...presentPendingUpload(photo),
        href: photo.status === "failed" ? null : `/photos/${photo.slug}`,
        tile: shown && presentTile(context.storage, shown, index),
      };
    });
    const again = z.string().safeParse(req.query.again);
    const failed = again.success ? await findFailed(context, viewer.id, again.data) : null;
    renderUpload(context, req, res, { results, failed });
  });

  router.post("/upload", async (req, res) => {
    const viewer = signedIn(req);
    const { token, words, files, isWhole } = await receiveForm(context, viewer, req, perPerson);
    const refused = files.flatMap(({ fileName, failure }) =>
      failure ? [{ file: fileName, failure }] : [],
    );
    if (isWhole && files.length > refused.length) return res.redirect(303, `/upload?form=${token}`);

    // Nothing was accepted, or not all was looked at: the answer says so by its status, too.
    const errors = refused.map(({ file, failure }) => ({
      file,
      message: describeFailure(failure),
    }));
    if (!isWhole) {
      const message = `Up to ${maxFiles} files can be sent at once: those behind ${files.at(-1)?.fileName} were left out. Send them now.`;
      errors.unshift({ file: "", message });
    }
    if (errors.length === 0) errors.push({ file: "", message: "Choose at least one photo." });
    res.status(isWhole ? (failureStatus[refused[0]?.failure ?? "empty"] ?? 415) : 422);
    renderUpload(context, req, res, { errors, words });
  });

  return router;
}

type Shown = { status: string };

function renderUpload(
  context: WebContext,
  req: Request,
  res: Response,
  {
    results = [],
    errors = [],
    failed = null,
    words = { caption: "", alt: "", credit: "", visibility: "public" },
  }: {
    results?: Shown[];
    errors?: { file: string; message: string }[];
    failed?: PhotoRow | null;
    words?: PhotoWords;
  },
): void {
  const { maxBytes } = context.config.storage;
  const anyPending = results.some(
    ({ status }) => status === "uploading" || status === "processing",
  );
  renderPage(
    context,
    req,
    res,
    "upload/upload",
    {
      title: "Upload photos",
      robots: "noindex",
      scripts: ["scripts/upload.js", ...(anyPending ? ["scripts/pending.js"] : [])],
      ...(anyPending && { refresh: 3 }),
    },
    {
      formToken: newFormToken(),
      limits: {
        maxBytes,
        maxText: `${Math.floor(maxBytes / 1024 / 1024)} MB`,
        maxFiles,
        accept: [...acceptedTypes, ".heic", ".heif", ".avif"].join(","),
        acceptText: "JPEG, PNG, WebP, GIF, AVIF or HEIC",
      },
      values: failed ?? words,
      failed: failed && presentPendingUpload(failed),
      results,
      errors,
      anyPending,
    },
  );
}
