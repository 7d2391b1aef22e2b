import type { Handler } from "./index.ts";

export const purge: Handler<"purge"> = {
  async run() {
    throw new Error("not written yet");
  },
};
