import { isMap, isScalar, isSeq } from "yaml";

import { finding, type Finding, type Place } from "../finding.ts";
import { findOption } from "../options/known.ts";
import { nearest } from "../options/nearest.ts";
import { entries, member, readYaml, textOf, unknownKeys, type YamlFile } from "../yaml.ts";

const supported = ["Ref", "Fn::GetAtt", "Fn::Join", "Fn::GetOptionSetting"];
const pseudo =
  /^AWS::(Region|AccountId|NoValue|Partition|StackId|StackName|URLSuffix|NotificationARNs)$/;

/** What functions may refer to. */
export type Known = {
  names: ReadonlySet<string>;
  isSet(namespace: string, option: string): boolean;
};

/** The functions below a node, however deep. */
export function checkFunctions(yaml: YamlFile, node: unknown, known: Known): Finding[] {
  if (isSeq(node)) return node.items.flatMap((item) => checkFunctions(yaml, item, known));
  if (!isMap(node)) return [];
  return entries(node).flatMap(({ key, keyNode, value }) => [
    ...(key === "Ref" || key.startsWith("Fn::")
      ? checkFunction(yaml, { key, keyNode, value }, known)
      : []),
    ...checkFunctions(yaml, value, known),
  ]);
}

type Call = { key: string; keyNode: unknown; value: unknown };

function checkFunction(yaml: YamlFile, { key, keyNode, value }: Call, known: Known): Finding[] {
  const at = yaml.at(keyNode);
  if (!supported.includes(key))
    return [finding(at, `${key} is not understood in these files`, `use ${supported.join(", ")}`)];
  if (key === "Fn::Join") {
    const fine = isSeq(value) && isScalar(value.items[0]) && isSeq(value.items[1]);
    return fine ? [] : [finding(at, "Fn::Join joins nothing", 'write ["-", [one, two]]')];
  }
  if (key === "Fn::GetOptionSetting") return checkOptionSetting(yaml, at, value, known);
  const name = textOf(isSeq(value) ? value.items[0] : value).split(".")[0] ?? "";
  if (known.names.has(name) || (key === "Ref" && pseudo.test(name))) return [];
  const near = nearest(name, known.names);
  const cure = near ? `did you mean ${near}?` : "name a resource of these files or of the platform";
  return [finding(at, `there is no resource ${name || "with this name"}`, cure)];
}

function checkOptionSetting(yaml: YamlFile, at: Place, value: unknown, known: Known): Finding[] {
  const found = unknownKeys(yaml, value, ["Namespace", "OptionName", "DefaultValue"], "it");
  const option = textOf(member(value, "OptionName"));
  const namespace = textOf(member(value, "Namespace")) || "aws:elasticbeanstalk:customoption";
  if (option === "")
    return [...found, finding(at, "Fn::GetOptionSetting without OptionName", "name the option")];
  if (!findOption(namespace, option))
    found.push(finding(at, `${namespace} has no option ${option}`, "correct the name"));
  else if (member(value, "DefaultValue") === undefined && !known.isSet(namespace, option))
    found.push(
      finding(at, `${option} is set nowhere, and there is no DefaultValue`, "set it, or add one"),
    );
  return found;
}

/** Functions in backticks, in the value of an option: JSON on one line. */
export function checkBackticks(value: string, at: Place, known: Known): Finding[] {
  const parts = value.split("`");
  if (parts.length % 2 === 0)
    return [finding(at, "a backtick without its other one", 'write \'`{"Ref": "…"}`\'')];
  return parts
    .filter((_, index) => index % 2 === 1)
    .flatMap((part) => {
      const yaml = readYaml(at.file, part);
      const findings = yaml.top ? checkFunctions(yaml, yaml.top, known) : yaml.findings;
      return isMap(yaml.top)
        ? findings.map((each) => ({ ...each, line: at.line }))
        : [finding(at, "no function between the backticks", 'write \'`{"Ref": "…"}`\'')];
    });
}
