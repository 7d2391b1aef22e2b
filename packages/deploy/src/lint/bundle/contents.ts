import { finding, type Finding } from "../finding.ts";
import { environmentNamespace } from "../options/read.ts";
import { readConfigFile } from "../extensions/config-file.ts";
import type { ArchiveFile } from "./archive.ts";

type Files = ReadonlyMap<string, ArchiveFile>;
type At = (name: string, line?: number) => { file: string; line: number };

const forDevelopment =
  /\.(ts|mts|cts|map)$|(^|\/)\.(bin|pnpm|git|env)(\/|$)|^node_modules\/(typescript|vitest|@types|@tendril\/dev-env)\//;

/** Links, leftovers, and what the platform looks for at the root. */
export function checkContents(files: Files, at: At): Finding[] {
  const found: Finding[] = [];
  for (const { name, mode } of files.values()) {
    if ((mode & 0o170000) === 0o120000)
      found.push(finding(at(name), "a link", "copy what it points to"));
    if (forDevelopment.test(name))
      found.push(finding(at(name), "only development needs it", "leave it out"));
    if (/^\.platform\/(conf)?hooks\//.test(name) && (mode & 0o100) === 0)
      found.push(finding(at(name), "the hook cannot be executed", "chmod +x in the repository"));
    if (/^\.ebextensions\/.*\//.test(name))
      found.push(
        finding(at(name), "the platform looks into no folder of .ebextensions", "lay it flat"),
      );
  }
  const tier = /"tier": "worker"/.test(files.get("release.json")?.bytes.toString() ?? "");
  const needed = [
    "package.json",
    "Procfile",
    "release.json",
    ...(tier ? ["cron.yaml", "tendril-ops"] : []),
  ];
  for (const name of needed)
    if (!files.has(name)) found.push(finding(at(name), "it is missing", "build the bundle anew"));
  return [
    ...found,
    ...checkProcfile(files, at),
    ...checkOps(files, at),
    ...checkNamedFiles(files, at),
  ];
}

/** The operators' command line starts a program among the modules, and the hook installs it. */
function checkOps(files: Files, at: At): Finding[] {
  const text = files.get("tendril-ops")?.bytes.toString("utf8");
  if (text === undefined) return [];
  const started = /\bnode (\S+\.js)/.exec(text)?.[1];
  return started !== undefined && files.has(started)
    ? []
    : [
        finding(
          at("tendril-ops"),
          `it starts ${started ?? "nothing"}, which is not here`,
          "have the worker depend on @tendril/ops",
        ),
      ];
}

/** `name: command`; the process `web` is the one that nginx asks. */
function checkProcfile(files: Files, at: At): Finding[] {
  const text = files.get("Procfile")?.bytes.toString("utf8");
  if (text === undefined) return [];
  const lines = text.split("\n").filter((line) => line !== "");
  const found = lines.flatMap((line, index) => {
    const place = at("Procfile", index + 1);
    const [, command] = /^[A-Za-z0-9_-]+:\s*([^\s].*)$/.exec(line) ?? [];
    if (command === undefined)
      return [finding(place, "a line without a process", "write web: node src/main.js")];
    const script = /^node (\S+)/.exec(command)?.[1];
    return script === undefined || files.has(script)
      ? []
      : [finding(place, `it starts ${script}, which is not here`, "correct the path")];
  });
  if (!lines.some((line) => line.startsWith("web:")))
    found.push(finding(at("Procfile"), "there is no process web", "write web: node src/main.js"));
  return found;
}

/** Files that the bundle's own options and commands name. */
function checkNamedFiles(files: Files, at: At): Finding[] {
  return [...files.values()]
    .filter(({ name }) => /^\.ebextensions\/[^/]+\.config$/.test(name))
    .flatMap(({ name, bytes }) => {
      const text = bytes.toString("utf8");
      const { options } = readConfigFile(name, text);
      const authority = options
        .filter((set) => set.namespace === environmentNamespace && set.option === "RDS_CA")
        .map((set) => ({ named: set.value, line: set.at.line }));
      const scripts = text.split("\n").flatMap((line, index) => {
        const named = /^\s*command: node (\S+)/.exec(line)?.[1];
        return named === undefined ? [] : [{ named, line: index + 1 }];
      });
      return [...authority, ...scripts]
        .filter(({ named }) => !files.has(named))
        .map(({ named, line }) =>
          finding(at(name, line), `${named} is not in the bundle`, "correct the path"),
        );
    });
}
