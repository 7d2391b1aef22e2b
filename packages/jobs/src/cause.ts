import { createHash } from "node:crypto";

/** What differs between deaths of one kind: ids, numbers, quoted names, addresses. */
const particulars: readonly [RegExp, string][] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "<id>"],
  [/https?:\/\/\S+/g, "<address>"],
  [/(["'`])(?:(?!\1).)*\1/g, "<text>"],
  [/\b[\w.+-]+@[\w.-]+\b/g, "<mail>"],
  [/\b(?=\w*\d)[\w-]{12,}\b/g, "<key>"],
  [/\d+/g, "<n>"],
];

export function normaliseMessage(message: string): string {
  return particulars
    .reduce((text, [pattern, word]) => text.replace(pattern, word), message)
    .slice(0, 500);
}

/** The first line of the stack that is our own code, without its position: that moves with every release. */
export function topFrame(stack: string | undefined): string {
  const frames = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => !/node_modules|node:/.test(line)) ?? frames[0] ?? "";
  return own
    .replace(/:\d+:\d+\)?$/, "")
    .replace(/^.*[/\\](?=[^/\\]+[/\\][^/\\]+$)/, "")
    .trim();
}

/** Deaths with the same fingerprint have, most likely, the same cause. */
export function fingerprint(error: {
  name: string;
  message: string;
  stack?: string | undefined;
}): string {
  const parts = [error.name, normaliseMessage(error.message), topFrame(error.stack)];
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}
