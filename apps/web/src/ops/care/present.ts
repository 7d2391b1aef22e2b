import type { ListedReport, OperatorActionRow, UserRow } from "@tendril/database";
import { reportWords } from "@tendril/operations";
import type { Storage } from "@tendril/storage";

import { presentSmallPicture } from "../../presenters/small-picture.ts";
import { presentAction } from "../present-action.ts";
import { exactly, when } from "../present.ts";

export function presentReport(
  storage: Pick<Storage, "cdnBaseUrl">,
  report: ListedReport,
  now: Date,
) {
  const { slug, caption, alt, photographer, reporter, text, openOfPhoto } = report;
  const isThere = !report.removed;
  const isHidden = report.hidden === 1;
  return {
    reason: reportWords[report.reason],
    text,
    reporter,
    photographer,
    at: when(report.createdAt, now),
    others: openOfPhoto - 1,
    photo: {
      // Hidden, it has no page but the operators' own.
      href: isThere ? `${isHidden ? "/ops" : ""}/photos/${slug}` : null,
      name: caption || alt || `Photo ${slug}`,
      // Also of a hidden one: its files have addresses that operators' pages alone show.
      picture: isThere ? presentSmallPicture(storage, report) : null,
      state: report.removed ? "deleted by its owner" : isHidden ? "hidden" : null,
    },
    hide: isThere && !isHidden && report.state === "open" ? `/ops/photos/${slug}/hide` : null,
    unhide: isThere && isHidden ? `/ops/photos/${slug}/unhide` : null,
    dismiss: report.state === "open" && isThere ? `/ops/reports/${slug}/dismiss` : null,
    person: `/ops/people/${photographer}`,
    isSuspended: report.suspended === 1,
  };
}

export function presentPerson(
  person: UserRow,
  actions: readonly OperatorActionRow[],
  { now, viewerId }: { now: Date; viewerId: number | undefined },
) {
  const { id, username, displayName, email, role, emailVerifiedAt, createdAt } = person;
  const { suspendedAt, suspendedReason } = person;
  const href = (change: string) => `/ops/people/${username}/${change}`;
  return {
    facts: {
      Name: displayName,
      Address: `${email}${emailVerifiedAt ? "" : ", not confirmed"}`,
      Role: role,
      "Here since": exactly(createdAt),
    },
    profile: `/@${username}`,
    suspended: suspendedAt && { at: when(suspendedAt, now), reason: suspendedReason ?? "" },
    changes: [
      role === "operator"
        ? { href: href("demote"), text: "Take the role away…", danger: false }
        : { href: href("promote"), text: "Make them an operator…", danger: false },
      ...(suspendedAt
        ? [{ href: href("unsuspend"), text: "Let them back…", danger: false }]
        : id === viewerId
          ? []
          : [{ href: href("suspend"), text: "Suspend them…", danger: true }]),
    ],
    jobs: `/ops/jobs?person=${username}`,
    actions: actions.map((action) => presentAction(action, now)),
  };
}
