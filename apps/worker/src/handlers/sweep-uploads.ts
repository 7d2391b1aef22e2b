import type { Handler } from "./index.ts";

export const sweepUploads: Handler<"sweep-uploads"> = {
  async run() {
    throw new Error("not written yet");
  },
};
