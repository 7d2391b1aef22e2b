import { readFileSync } from "node:fs";

import { z } from "zod";

/** Which code runs here. `time` is that of its commit. */
export type Release = { commit: string; time: string | null };

const file = z.object({ commit: z.string(), time: z.iso.datetime() });

/** From `release.json` in that folder, which a bundle has at its root; the repository has none. */
export function readRelease(folder: URL): Release {
  try {
    return file.parse(JSON.parse(readFileSync(new URL("release.json", folder), "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return { commit: "development", time: null };
    throw new Error("release.json cannot be read: the bundle is not whole", { cause: error });
  }
}
