import { readFileSync } from "node:fs";

import ejs, { type TemplateFunction } from "ejs";

const folder = new URL("templates/", import.meta.url);
const compiled = new Map<string, TemplateFunction>();

/** `templates/<name>.<kind>.ejs`, within the layout of that kind. */
export function renderMail(
  name: string,
  kind: "html" | "text",
  locals: Record<string, unknown>,
): string {
  const body = template(`${name}.${kind}.ejs`)(locals);
  return template(`layout.${kind}.ejs`)({ ...locals, body });
}

function template(file: string): TemplateFunction {
  const known = compiled.get(file);
  if (known) return known;
  const path = new URL(file, folder);
  // Text is not HTML: what people are called must arrive as they wrote it.
  const escape = file.endsWith(".text.ejs") ? (value: unknown) => String(value ?? "") : undefined;
  const made = ejs.compile(readFileSync(path, "utf8"), {
    filename: path.pathname,
    ...(escape && { escape }),
  });
  compiled.set(file, made);
  return made;
}
