import { isMap, isScalar } from "yaml";

import { finding, type Finding } from "../finding.ts";
import { entries, member, textOf, unknownKeys, type YamlFile } from "../yaml.ts";

const keys = ["command", "cwd", "env", "test", "ignoreErrors"];

/** `commands` and `container_commands`. */
export function checkCommands(
  yaml: YamlFile,
  section: "commands" | "container_commands",
  node: unknown,
): Finding[] {
  const allowed = section === "commands" ? keys : [...keys, "leader_only"];
  return entries(node).flatMap(({ key: name, keyNode, value }) => {
    const at = yaml.at(keyNode);
    if (!isMap(value)) return [finding(at, `${name} is no command`, "write command: … below it")];
    const found = unknownKeys(yaml, value, allowed, `an entry of ${section}`);
    const complain = (message: string, cure: string) => found.push(finding(at, message, cure));
    if (textOf(member(value, "command")) === "" && !isListOfTexts(member(value, "command")))
      complain(`${name} runs nothing`, "write command: …");
    for (const flag of ["leader_only", "ignoreErrors"]) {
      const set = member(value, flag);
      if (set !== undefined && !(isScalar(set) && typeof set.value === "boolean"))
        complain(`${flag} of ${name} is neither true nor false`, "write true or false, unquoted");
    }
    if (member(value, "test") !== undefined && member(value, "leader_only") !== undefined)
      complain(`${name} has test and leader_only`, "test is not looked at then: remove one");
    return found;
  });
}

function isListOfTexts(node: unknown): boolean {
  return typeof node === "object" && node !== null && "items" in node;
}

/** `files`: what is written on the instance before the app is there. */
export function checkWrittenFiles(yaml: YamlFile, node: unknown): Finding[] {
  const allowed = ["mode", "owner", "group", "content", "source", "encoding", "authentication"];
  return entries(node).flatMap(({ key: path, keyNode, value }) => {
    const found = unknownKeys(yaml, value, allowed, "an entry of files");
    const complain = (message: string, cure: string) =>
      found.push(finding(yaml.at(keyNode), message, cure));
    const mode = member(value, "mode");
    if (!path.startsWith("/")) complain(`${path} is no absolute path`, "begin it with /");
    if (mode !== undefined && !(isScalar(mode) && /^\d{6}$/.test(String(mode.value))))
      complain(`the mode of ${path} is not six digits in quotes`, 'write mode: "000644"');
    if ((member(value, "content") === undefined) === (member(value, "source") === undefined))
      complain(`${path} needs content or source`, "write one of them");
    return found;
  });
}
