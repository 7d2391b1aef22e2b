import { AppError } from "@tendril/runtime";
import { describeFailure } from "@tendril/storage";
import type { PhotoRow } from "@tendril/database";
import express, { Router } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { openEventStream } from "../http/event-stream.ts";
import { formToken } from "../http/form-token.ts";
import { photoWords, type PhotoWords } from "../http/photo-words.ts";
import { signedIn, type SignedIn } from "../http/sessions.ts";
import { awaitsOriginal, canRetry, reasonOf } from "../presenters/pending-upload.ts";
import { limitUploads, maxFiles } from "./limits.ts";
import {
  beginUpload,
  completeUpload,
  ownUpload,
  policyFor,
  refuseTooManyStreams,
} from "./uploads.ts";

const announced = z.object({
  position: z.int().min(0).max(100_000),
  name: z.string().max(1_000),
  size: z.int().min(0),
});
const announcement = z
  .object({ formToken, files: z.array(announced).min(1).max(maxFiles) })
  .and(photoWords);

/** The browser's way: files go straight to S3, this server only hands out policies and hears of the end. */
export function uploadApiRoutes(context: WebContext): Router {
  const router = Router();
  const perPerson = limitUploads(context.redis);

  router.post("/api/uploads", express.json({ limit: "200kb" }), async (req, res) => {
    const viewer = signedIn(req);
    const { formToken: token, files, ...words } = announcement.parse(req.body);
    await perPerson.count(String(viewer.id), files.length);
    const uploads = [];
    for (const file of files) uploads.push(await announce(context, viewer, token, words, file));
    res.json({ uploads });
  });

  router.post("/api/uploads/:slug/complete", async (req, res) => {
    const viewer = signedIn(req);
    const photo = await completeUpload(context, viewer.id, req.params.slug, req.id);
    res.json(state(photo));
  });

  router.get("/api/uploads/events", (req, res) => {
    const viewer = signedIn(req);
    refuseTooManyStreams(context, viewer.id);
    const stream = openEventStream(req, res);
    const watching = context.uploads.watch(
      viewer.id,
      (photo) => stream.send("upload", state(photo)),
      stream.close,
    );
    void stream.closed.then(() => watching[Symbol.dispose]());
  });

  router.get("/api/photos/:slug/status", async (req, res) => {
    const viewer = signedIn(req);
    const photo = await ownUpload(context, viewer.id, req.params.slug);
    res.set("Cache-Control", "private, no-store").json(state(photo));
  });

  return router;
}

function state(photo: PhotoRow) {
  const reason = reasonOf(photo);
  return {
    slug: photo.slug,
    status: photo.status,
    href: `/photos/${photo.slug}`,
    ...(reason !== null && { reason, canRetry: canRetry(photo) }),
    ...(awaitsOriginal(photo) && { awaitsOriginal: true }),
  };
}

/** What can be said before a byte is sent is said here; S3 and the worker judge again. */
async function announce(
  context: WebContext,
  viewer: SignedIn,
  token: string,
  words: PhotoWords,
  { position, name, size }: z.output<typeof announced>,
) {
  const refuse = (code: "empty" | "too-large") => ({
    position,
    slug: null,
    status: "refused",
    post: null,
    error: { code, message: describeFailure(code) },
  });
  if (size === 0) return refuse("empty");
  if (size > context.config.storage.maxBytes) return refuse("too-large");
  try {
    const photo = await beginUpload(context, viewer.id, {
      formToken: token,
      position,
      fileName: name,
      words,
    });
    return {
      position,
      slug: photo.slug,
      status: photo.status,
      post: await policyFor(context, photo),
      error: null,
    };
  } catch (error) {
    // One file's trouble is not the others'.
    if (!(error instanceof AppError)) throw error;
    return {
      position,
      slug: null,
      status: "refused",
      post: null,
      error: { code: error.code, message: error.message },
    };
  }
}
