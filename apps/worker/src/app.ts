import { isDatabaseAway } from "@tendril/database";
import { AppError, UnavailableError } from "@tendril/runtime";
import express, { type ErrorRequestHandler, type Express } from "express";
import { z } from "zod";

import type { WorkerContext } from "./context.ts";
import { demandSchema, healthRoutes, type Health } from "./health.ts";
import { tickRoutes } from "./schedule/index.ts";

/** What the platform asks of a worker instance. Answers are short texts, for its logs and for people with curl. */
export function createApp(context: WorkerContext & Health): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.use((_req, res, next) => {
    res.set("Cache-Control", "no-store");
    next();
  });
  app.use(healthRoutes(context));
  app.use(demandSchema(context));
  app.use(tickRoutes(context));
  app.use((_req, res) => void res.status(404).type("text").send("Nothing here"));
  app.use(answerErrors(context));
  return app;
}

/** Express's own errors, of addresses that cannot be decoded, say so like this. */
const refused = z.object({ status: z.int().min(400).max(499) });

function answerErrors({ logger }: Pick<WorkerContext, "logger">): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error);
    const known = explain(error);
    const { method, path } = req;
    if (known) logger.warn({ err: error, method, path }, "request refused");
    else logger.error({ err: error, method, path }, "request failed");
    if (known?.retryAfter) res.set("Retry-After", String(known.retryAfter));
    res
      .status(known?.status ?? 500)
      .type("text")
      .send(`${known?.message ?? "Something went wrong. The log says what."}\n`);
  };
}

function explain(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (isDatabaseAway(error)) return new UnavailableError("database", "The database is away.");
  const { success, data } = refused.safeParse(error);
  if (!success) return undefined;
  return new AppError("That is not a request.", { code: "bad-request", status: data.status });
}
