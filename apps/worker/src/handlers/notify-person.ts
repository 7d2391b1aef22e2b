import type { Handler } from "./index.ts";

export const notifyPerson: Handler<"notify-person"> = {
  async run() {
    throw new Error("not written yet");
  },
};
