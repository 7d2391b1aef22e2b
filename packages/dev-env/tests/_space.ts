import { randomBytes } from "node:crypto";

import { createSpace, type Space } from "@tendril/dev-env";
import { inject } from "vitest";

/** A space without apps, for looking at its fronts. */
export function openTestSpace(name = `t${randomBytes(6).toString("hex")}`): Promise<Space> {
  return createSpace(inject("servers"), {
    name,
    publicUrl: "http://localhost:1",
  });
}
