/** One mistake: where it stands, what is wrong, and what to write instead. */
export type Finding = {
  /** From the root of the repository; in a bundle, `dist/web.zip:path`. */
  file: string;
  line: number;
  message: string;
  cure: string;
};

export type Place = Pick<Finding, "file" | "line">;

export function finding({ file, line }: Place, message: string, cure: string): Finding {
  return { file, line, message, cure };
}

/** A list, and the way into it. */
export function complaints() {
  const found: Finding[] = [];
  const complain = ({ at }: { at: Place }, message: string, cure: string) =>
    void found.push(finding(at, message, cure));
  return { found, complain };
}

/** `file:line: what is wrong: what to do` */
export function describeFinding({ file, line, message, cure }: Finding): string {
  return `${file}:${line}: ${message}: ${cure}`;
}

/** In the order of a reader, and what both tiers share only once. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const byText = new Map(findings.map((each) => [describeFinding(each), each]));
  return [...byText.values()].toSorted((a, b) =>
    a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
  );
}
