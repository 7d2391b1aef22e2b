import type { Mailbox } from "../fronts/ses/mailbox.ts";
import type { Message } from "../fronts/ses/message.ts";
import { until } from "../wait.ts";

export type Inbox = {
  /** Everything that was sent, newest first. */
  list(): readonly Message[];
  /** The newest message to that address whose subject fits; waits until there is one. */
  waitFor(to: string, subject: RegExp, timeout?: number): Promise<Message>;
};

export function readInbox(mailbox: Mailbox): Inbox {
  return {
    list: mailbox.list,
    waitFor: (to, subject, timeout = 15_000) =>
      until(
        () =>
          mailbox
            .list()
            .find((message) => message.to.includes(to) && subject.test(message.subject)),
        {
          timeout,
          failure: () => {
            const there = mailbox
              .list()
              .map((message) => `  to ${message.to.join(", ")}: ${message.subject}`);
            return `No mail to ${to} with ${subject} came within ${timeout / 1_000} s. There is:\n${there.join("\n") || "  none"}`;
          },
        },
      ),
  };
}
