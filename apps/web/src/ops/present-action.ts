import type { OperatorActionRow } from "@tendril/database";

import { when } from "./present.ts";

/** For the partial `ops/views/_actions`. */
export function presentAction(action: OperatorActionRow, now: Date) {
  const { at, operator, subjectKind, subjectId, reason } = action;
  return {
    id: action.id,
    at: when(at, now),
    operator,
    action: action.action,
    subject: { text: `${subjectKind} ${subjectId}`, href: subjectHref(subjectKind, subjectId) },
    reason,
    before: pretty(action.before),
    after: pretty(action.after),
  };
}

/** Where the thing is shown; null when it has no page. */
function subjectHref(kind: OperatorActionRow["subjectKind"], id: string): string | null {
  const segment = encodeURIComponent(id);
  const pages: Record<OperatorActionRow["subjectKind"], string | null> = {
    letter: `/ops/letters/${segment}`,
    job: `/ops/jobs/${segment}`,
    queue: "/ops",
    task: "/ops/schedule",
    user: `/ops/people/${segment}`,
    photo: `/ops/photos/${segment}`,
    report: "/ops/reports",
    redrive: `/ops/letters/redrives/${segment}`,
  };
  return pages[kind];
}

function pretty(json: string | null): string | null {
  if (json === null) return null;
  const value: unknown = JSON.parse(json);
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
