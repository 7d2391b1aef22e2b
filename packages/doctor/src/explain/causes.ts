/** An error and all that it came from, outermost first: libraries wrap, and Node tries several addresses. */
export function causesOf(error: unknown): Error[] {
  const found: Error[] = [];
  const visit = (each: unknown) => {
    if (!(each instanceof Error) || found.includes(each)) return;
    found.push(each);
    if (each instanceof AggregateError) each.errors.forEach(visit);
    // Sequelize keeps the driver's error as `parent`.
    if ("parent" in each) visit(each.parent);
    visit(each.cause);
  };
  visit(error);
  return found;
}

export function codesOf(error: unknown): Set<string> {
  return new Set(
    causesOf(error).flatMap((each) =>
      "code" in each && typeof each.code === "string" ? [each.code, each.name] : [each.name],
    ),
  );
}

export function wordsOf(error: unknown): string {
  return causesOf(error)
    .map(({ message }) => message)
    .join("; ");
}
