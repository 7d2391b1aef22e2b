import type { Handler } from "./index.ts";

export const checkRestores: Handler<"check-restores"> = {
  async run() {
    throw new Error("not written yet");
  },
};
