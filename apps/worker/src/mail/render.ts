import { readFileSync } from "node:fs";

import ejs from "ejs";

const folder = new URL("templates/", import.meta.url);

export type MailLocals = {
  subject: string;
  preheader: string;
  name: string;
  link: string;
  publicUrl: string;
};

/** `templates/<name>.<kind>.ejs`, within the layout of that kind. */
export function renderMail(name: string, kind: "html" | "text", locals: MailLocals): string {
  const body = render(`${name}.${kind}.ejs`, { ...locals });
  return render(`layout.${kind}.ejs`, { ...locals, body });
}

function render(file: string, locals: Record<string, unknown>): string {
  const path = new URL(file, folder);
  // Text is not HTML: what people are called must arrive as they wrote it.
  const escape = file.endsWith(".text.ejs") ? (value: unknown) => String(value ?? "") : undefined;
  return ejs.compile(readFileSync(path, "utf8"), {
    filename: path.pathname,
    ...(escape && { escape }),
  })(locals);
}
