import type { Handler } from "./index.ts";

export const tellNotification: Handler<"tell-notification"> = {
  async run() {
    throw new Error("not written yet");
  },
};
