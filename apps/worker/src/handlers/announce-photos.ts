import type { Handler } from "./index.ts";

export const announcePhotos: Handler<"announce-photos"> = {
  async run() {
    throw new Error("not written yet");
  },
};
