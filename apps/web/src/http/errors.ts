import { isDatabaseAway } from "@tendril/database";
import {
  AppError,
  BadRequestError,
  NotFoundError,
  SignInRequiredError,
  TooLargeError,
  UnavailableError,
} from "@tendril/runtime";
import type { ErrorRequestHandler, Request, RequestHandler } from "express";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { formPage } from "./form-page.ts";
import { wantsJson } from "./negotiate.ts";
import { renderPage } from "./render.ts";
import { signInHref } from "./sign-in-href.ts";

export const notFound: RequestHandler = (_req, _res, next) => next(new NotFoundError());

const headings: Readonly<Record<number, string>> = {
  400: "That request cannot be understood",
  401: "Please sign in",
  403: "That is not allowed",
  404: "Nothing here",
  409: "That has changed meanwhile",
  413: "That is too large",
  415: "That kind of file is not accepted",
  422: "Something is not right yet",
  429: "Too many tries",
  503: "Not available right now",
};

/** The last stop of whatever was thrown: the right status, words that help, nothing that gives away more. */
export function handleError(context: WebContext): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    const error = asAppError(thrown);
    const details = { err: thrown, code: error.code, path: req.path };
    if (error.status >= 500) context.logger.error(details, "request failed");
    else
      context.logger.info(
        { code: error.code, path: req.path, message: error.message },
        "request refused",
      );

    // Half of another answer has gone out: all that is left is to break it off.
    if (res.headersSent) return next(thrown);
    if (error.retryAfter !== undefined) res.set("Retry-After", String(Math.ceil(error.retryAfter)));
    res.set("Cache-Control", "no-store");

    if (wantsJson(req)) {
      return void res
        .status(error.status)
        .json({ error: { code: error.code, message: error.message }, requestId: req.id });
    }
    if (error instanceof SignInRequiredError) {
      const back = error.back ?? (req.method === "GET" ? req.originalUrl : formPage(context, req));
      return void res.redirect(303, signInHref(back));
    }
    const heading = headings[error.status] ?? "Something went wrong here";
    renderPage(
      context,
      req,
      res.status(error.status),
      "http/error",
      { title: heading, robots: "noindex" },
      {
        status: error.status,
        heading,
        message: error.message,
        requestId: req.id,
        action: wayBack(req),
      },
    );
  };
}

function wayBack({ path, viewer }: Request): { href: string; text: string } {
  return viewer?.role === "operator" && path.startsWith("/ops")
    ? { href: "/ops", text: "Back to operations" }
    : { href: "/", text: "Back to the gallery" };
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof z.ZodError) {
    return new BadRequestError(
      `This is not as it should be: ${thrown.issues.map(({ path, message }) => [...path, message].join(" ")).join("; ")}`,
    );
  }
  if (isDatabaseAway(thrown)) {
    return new UnavailableError(
      "database",
      "The database cannot be reached right now. Nothing was lost; try again in a moment.",
    );
  }
  // What Express and its body parsers throw says its status itself.
  const status = thrown instanceof Error && "status" in thrown ? thrown.status : undefined;
  if (status === 413) return new TooLargeError("This is more than can be taken at once.");
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new AppError("This request cannot be understood.", { code: "bad-request", status });
  }
  return new AppError(
    "Something went wrong on our side. It has been noted; try again in a moment.",
    { code: "internal", status: 500 },
  );
}
