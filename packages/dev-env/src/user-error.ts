/** Something the person at the terminal can act on: one line, shown without a stack. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** The one line to show for whatever was thrown. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split("\n", 1)[0] ?? "";
}
