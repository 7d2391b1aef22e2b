import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { exportLetters } from "@tendril/operations";
import { Router } from "express";

import type { WebContext } from "../../context.ts";
import { readSelection } from "./selection.ts";

/** Letters as lines of JSON, as many as there are. */
export function exportRoutes(context: WebContext): Router {
  const router = Router();

  router.get("/ops/letters/export", async (req, res) => {
    const now = context.clock.now();
    const filter = readSelection(req, now);
    const name = `letters-${now.toISOString().slice(0, 16).replaceAll(":", "")}.jsonl`;
    res.type("application/jsonl").attachment(name);
    await pipeline(Readable.from(lines(context, filter ?? { state: "open", ids: [] })), res);
  });

  return router;
}

async function* lines(
  { operations }: WebContext,
  filter: Parameters<typeof exportLetters>[1],
): AsyncGenerator<string> {
  for await (const letter of exportLetters(operations, filter)) yield `${JSON.stringify(letter)}\n`;
}
