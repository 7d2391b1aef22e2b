import type { Handler } from "./index.ts";

export const sendDigests: Handler<"send-digests"> = {
  async run() {
    throw new Error("not written yet");
  },
};
