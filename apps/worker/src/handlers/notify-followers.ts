import type { Handler } from "./index.ts";

export const notifyFollowers: Handler<"notify-followers"> = {
  async run() {
    throw new Error("not written yet");
  },
};
