import { isMap } from "yaml";

import { finding, type Finding } from "../finding.ts";
import { hasPlaceholder, readOptions, type SetOption } from "../options/read.ts";
import { entries, member, readYaml, unknownKeys, type YamlFile } from "../yaml.ts";
import { checkCommands, checkWrittenFiles } from "./commands.ts";

const sections = [
  "option_settings",
  "Resources",
  "packages",
  "groups",
  "users",
  "sources",
  "files",
  "commands",
  "services",
  "container_commands",
  "Parameters",
  "Outputs",
  "Mappings",
];

/** A file of .ebextensions. */
export type ConfigFile = {
  yaml: YamlFile;
  options: SetOption[];
  resources: unknown;
  findings: Finding[];
};

export function readConfigFile(file: string, text: string): ConfigFile {
  const yaml = readYaml(file, text);
  const findings = [...yaml.findings];
  const { top } = yaml;
  if (!file.endsWith(".config"))
    findings.push(
      finding({ file, line: 1 }, "the platform does not look at this file", "name it ….config"),
    );
  if (!isMap(top)) {
    if (yaml.findings.length === 0)
      findings.push(finding({ file, line: 1 }, "the file says nothing", "fill or remove it"));
    return { yaml, options: [], resources: undefined, findings };
  }
  findings.push(
    ...unknownKeys(yaml, top, sections, "this file, which is ignored as a whole with it"),
    ...checkCommands(yaml, "commands", member(top, "commands")),
    ...checkCommands(yaml, "container_commands", member(top, "container_commands")),
    ...checkWrittenFiles(yaml, member(top, "files")),
  );
  const settings = member(top, "option_settings");
  const read = settings === undefined ? undefined : readOptions(yaml, settings);
  for (const { value, option, at } of read?.options ?? []) {
    if (hasPlaceholder(value)) {
      const cure = "nothing fills it in here: set it in the saved configuration";
      findings.push(finding(at, `${option} has a placeholder`, cure));
    }
  }
  return {
    yaml,
    options: read?.options ?? [],
    resources: member(top, "Resources"),
    findings: [...findings, ...(read?.findings ?? [])],
  };
}

/** Names of commands and files across all files of a tier: the last of a name wins without a word. */
export function checkDoubles(files: readonly ConfigFile[]): Finding[] {
  const found: Finding[] = [];
  const seen = new Map<string, string>();
  const see = (what: string, at: { file: string; line: number }) => {
    const before = seen.get(what);
    if (before !== undefined)
      found.push(finding(at, `${what} stands in ${before}, too`, "keep one of them"));
    seen.set(what, at.file);
  };
  for (const { yaml, options, resources } of files) {
    for (const { namespace, option, at } of options) see(`${namespace} ${option}`, at);
    for (const section of ["commands", "container_commands", "files"]) {
      for (const { key, keyNode } of entries(member(yaml.top, section)))
        see(`${section} ${key}`, yaml.at(keyNode));
    }
    for (const { key: name, value } of entries(resources)) {
      for (const { key, keyNode } of entries(member(value, "Properties")))
        see(`${key} of ${name}`, yaml.at(keyNode));
    }
  }
  return found;
}
