import express, { type Express } from "express";

/** What the platform asks of a worker instance. */
export function createApp(): Express {
  const app = express();
  app.disable("x-powered-by");
  app.get("/health", (_req, res) => {
    res.set("Cache-Control", "no-store").type("text").send("ok");
  });
  app.use((_req, res) => void res.status(404).type("text").send("Nothing here"));
  return app;
}
