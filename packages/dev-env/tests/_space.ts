import { randomBytes } from "node:crypto";

import { createSpace, type Space } from "@tendril/dev-env";
import { inject } from "vitest";

/** A space without apps, for looking at its fronts. */
export function openTestSpace(): Promise<Space> {
  return createSpace(inject("servers"), {
    name: `t${randomBytes(6).toString("hex")}`,
    publicUrl: "http://localhost:1",
  });
}
