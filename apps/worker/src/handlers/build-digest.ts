import type { Handler } from "./index.ts";

export const buildDigest: Handler<"build-digest"> = {
  async run() {
    throw new Error("not written yet");
  },
};
