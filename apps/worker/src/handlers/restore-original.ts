import type { Handler } from "./index.ts";

export const restoreOriginal: Handler<"restore-original"> = {
  async run() {
    throw new Error("not written yet");
  },
};
