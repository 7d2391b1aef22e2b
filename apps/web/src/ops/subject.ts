import type { Subject } from "@tendril/operations";

import { hrefWith } from "./query.ts";

/** What something is about: words, and the page that shows it, if there is one. */
export function presentSubject(subject: Subject | null): { text: string; href: string | null } {
  switch (subject?.kind) {
    case "photo":
      return { text: `Photo ${subject.slug}`, href: `/photos/${subject.slug}` };
    case "mail":
      return {
        text: `Mail “${subject.template}” to ${subject.recipient} (${subject.status})`,
        href: hrefWith("/ops/mails", { recipient: subject.recipient }),
      };
    case "person":
      return { text: `@${subject.username}`, href: `/@${subject.username}` };
    case "tick":
      return { text: `Tick of ${subject.task} at ${subject.scheduledAt}`, href: "/ops/schedule" };
    default:
      return { text: "nothing that is known", href: null };
  }
}
