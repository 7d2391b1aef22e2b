import type { Handler } from "./index.ts";

export const sendPush: Handler<"send-push"> = {
  async run() {
    throw new Error("not written yet");
  },
};
