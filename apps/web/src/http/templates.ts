import { readFileSync } from "node:fs";

import ejs from "ejs";

export type Template = (locals: Record<string, unknown>) => string;

const source = new URL("../", import.meta.url);
const read = new Map<string, Template>();

/**
 * `view` is `<feature>/<name>`, for `<feature>/views/<name>.ejs`; a feature may have folders.
 * Read once; a change needs a new start.
 */
export function template(view: string): Template {
  const slash = view.lastIndexOf("/");
  return load(new URL(`${view.slice(0, slash)}/views/${view.slice(slash + 1)}.ejs`, source));
}

/**
 * EJS's own `include` asks the file system for each part of each page. Ours, which a template finds first as it is
 * among its locals, knows them.
 */
function load(file: URL): Template {
  const known = read.get(file.href);
  if (known) return known;
  const render = ejs.compile(readFileSync(file, "utf8"), { filename: file.pathname });
  const parts = new Map<string, Template>();
  const part = (name: string): Template => {
    const found = parts.get(name) ?? load(new URL(`${name}.ejs`, file));
    parts.set(name, found);
    return found;
  };
  const made: Template = (locals) =>
    render({
      ...locals,
      include: (name: string, more?: object) => part(name)({ ...locals, ...more }),
    });
  read.set(file.href, made);
  return made;
}
