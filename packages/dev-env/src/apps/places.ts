import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

export type Tier = "web" | "worker";

export const mainOf = (tier: Tier) => `${ROOT}apps/${tier}/src/main.ts`;
