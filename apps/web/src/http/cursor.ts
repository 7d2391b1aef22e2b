import type { PhotoCursor } from "@tendril/database";
import { BadRequestError } from "@tendril/runtime";

/** Where a page begins, as part of its address: time and id of the last photo before it. */
export function encodeCursor({ publishedAt, id }: PhotoCursor): string {
  return Buffer.from(`${publishedAt.getTime()}.${id}`).toString("base64url");
}

/** Milliseconds up to the year 5138: beyond 9999 the database knows no time. */
const shape = /^(\d{1,14})\.(\d{1,15})$/;

export function decodeCursor(cursor: unknown): PhotoCursor | null {
  if (cursor === undefined) return null;
  const [, time, id] =
    (typeof cursor === "string" &&
      shape.exec(Buffer.from(cursor, "base64url").toString("latin1"))) ||
    [];
  const publishedAt = new Date(Number(time));
  if (
    time === undefined ||
    Number.isNaN(publishedAt.getTime()) ||
    encodeCursor({ publishedAt, id: Number(id) }) !== cursor
  ) {
    throw new BadRequestError(
      "This address does not lead to a page of the gallery. Go back to the newest photos.",
    );
  }
  return { publishedAt, id: Number(id) };
}
