import {
  jpegName,
  originalKey,
  incomingKey,
  variantKey,
  variantWidths,
  webpName,
  fallbackWidth,
} from "@tendril/storage";

import type { Difference, Evidence } from "../books.ts";

/** Each photo is ready, with all its files and none that wait for judgement. */
export function* checkPhotos({ photos, stored, jobs }: Evidence): Generator<Difference> {
  const jobsOf = Map.groupBy(
    jobs.filter(({ name }) => name === "process-photo"),
    ({ payload }) => Number(JSON.parse(payload).photoId),
  );
  for (const { id, status, failure, fileKey, slug, width, height } of photos) {
    const what = `photo ${id} (${status}${failure ? `, ${failure}` : ""})`;
    const count = jobsOf.get(id)?.length ?? 0;
    if (count !== 1)
      yield { kind: count > 1 ? "doubled" : "lost", what: `${what} has ${count} jobs` };
    if (status !== "ready" || width === null || height === null) {
      yield { kind: "stuck", what: `${what} is not ready` };
      continue;
    }
    const size = { width, height };
    const names = [...variantWidths(size).map(webpName), jpegName(fallbackWidth(size))];
    const wanted = [originalKey(slug), ...names.map((name) => variantKey(fileKey, name))];
    const missing = wanted.filter((key) => !stored.has(key));
    if (missing.length > 0) yield { kind: "lost", what: `${what} lacks ${missing.join(", ")}` };
    if (stored.has(incomingKey(slug)))
      yield { kind: "other", what: `${what} still waits in incoming` };
  }
}
