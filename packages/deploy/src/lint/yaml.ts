import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Scalar,
  type YAMLMap,
} from "yaml";

import { finding, type Finding, type Place } from "./finding.ts";

export type YamlFile = {
  file: string;
  /** Null when it could not be read: then `findings` say why. */
  top: Node | null;
  at(node: unknown): Place;
  findings: Finding[];
};

/** YAML 1.1, as the platform reads it, with the traps in it named. */
export function readYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    version: "1.1",
    prettyErrors: false,
    logLevel: "silent",
  });
  const at = (node: unknown): Place => ({
    file,
    line: isNode(node) && node.range ? lines.linePos(node.range[0]).line : 1,
  });
  const tab = text.split("\n").findIndex((line) => /^\s*\t/.test(line));
  if (tab >= 0) {
    const place = { file, line: tab + 1 };
    return broken(finding(place, "a tab in YAML", "indent with spaces"));
  }
  const mistakes = document.errors.map(({ pos, code, message }) => {
    const place = { file, line: lines.linePos(pos[0]).line };
    return code === "DUPLICATE_KEY"
      ? finding(place, "this key stands here a second time", "one of the two is lost: join them")
      : finding(place, "not YAML", message);
  });
  if (mistakes[0]) return broken(...mistakes);
  const tags = document.warnings
    .filter(({ code }) => code === "TAG_RESOLVE_FAILED")
    .map(({ pos }) => {
      const place = { file, line: lines.linePos(pos[0]).line };
      const cure = 'write the long form: {"Ref": …}, {"Fn::GetAtt": […]}, {"Fn::Join": […]}';
      return finding(place, `the short tag ${text.slice(...pos)} is not understood here`, cure);
    });
  return { file, top: document.contents, at, findings: [...tags, ...traps(document, at)] };

  function broken(...findings: Finding[]): YamlFile {
    return { file, top: null, at, findings };
  }
}

/** What YAML allows and the platform does not, or reads as something else than people do. */
function traps(document: Document.Parsed, at: (node: unknown) => Place): Finding[] {
  const found: Finding[] = [];
  visit(document, {
    Node(_key, node) {
      if (isAlias(node) || ("anchor" in node && node.anchor !== undefined)) {
        found.push(finding(at(node), "an anchor or alias", "write the value out at each place"));
      }
    },
    Scalar(_key, node) {
      const read = misread(node);
      if (read !== undefined)
        found.push(
          finding(at(node), `YAML 1.1 reads ${node.source} as ${read}`, "put it in quotes"),
        );
    },
  });
  return found;
}

function misread({ type, value, source = "" }: Scalar): string | undefined {
  if (type !== "PLAIN") return undefined;
  if (value instanceof Date) return "a date";
  if (typeof value === "boolean" && source !== String(value)) return String(value);
  if (typeof value === "number" && Number(source) !== value) return `the number ${value}`;
  return undefined;
}

export type Entry = { key: string; keyNode: unknown; value: unknown };

export function entries(node: unknown): Entry[] {
  if (!isMap(node)) return [];
  return node.items.map(({ key, value }) => ({ key: textOf(key), keyNode: key, value }));
}

/** What stands there, as text; empty for what is no scalar. */
export function textOf(node: unknown): string {
  if (!isScalar(node)) return "";
  const { value } = node;
  return value === null || value === undefined
    ? ""
    : typeof value === "string"
      ? value
      : String(value);
}

export function member(node: unknown, key: string): unknown {
  return isMap(node) ? (node as YAMLMap<unknown, unknown>).get(key, true) : undefined;
}

/** Names each key that means nothing there. */
export function unknownKeys(
  yaml: YamlFile,
  node: unknown,
  known: readonly string[],
  where: string,
): Finding[] {
  return entries(node)
    .filter(({ key }) => !known.includes(key))
    .map(({ key, keyNode }) =>
      finding(
        yaml.at(keyNode),
        `"${key}" means nothing in ${where}`,
        `there are ${known.join(", ")}`,
      ),
    );
}
