import type { ListedReport, OperatorActionRow, UserRow } from "@tendril/database";
import { reportWords } from "@tendril/operations";
import {
  jpegName,
  fallbackWidth,
  variantUrl,
  variantWidths,
  webpName,
  type Storage,
} from "@tendril/storage";

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
      picture: isThere ? pictureOf(storage, report) : null,
      state: report.removed ? "deleted by its owner" : isHidden ? "hidden" : null,
    },
    hide: isThere && !isHidden && report.state === "open" ? `/ops/photos/${slug}/hide` : null,
    unhide: isThere && isHidden ? `/ops/photos/${slug}/unhide` : null,
    dismiss: report.state === "open" && isThere ? `/ops/reports/${slug}/dismiss` : null,
    person: `/ops/people/${photographer}`,
    isSuspended: report.suspended === 1,
  };
}

/** Also of a hidden photo: its files have addresses that operators' pages alone show. */
export function pictureOf(
  storage: Pick<Storage, "cdnBaseUrl">,
  { fileKey, width, height }: Pick<ListedReport, "fileKey" | "width" | "height">,
) {
  if (width === null || height === null) return null;
  const size = { width, height };
  const smallest = variantWidths(size)[0] ?? fallbackWidth(size);
  return {
    webp: variantUrl(storage, fileKey, webpName(smallest)),
    jpeg: variantUrl(storage, fileKey, jpegName(fallbackWidth(size))),
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
