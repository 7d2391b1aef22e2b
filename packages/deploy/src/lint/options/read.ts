import { isMap, isScalar, isSeq } from "yaml";

import { finding, type Finding, type Place } from "../finding.ts";
import { entries, member, textOf, unknownKeys, type YamlFile } from "../yaml.ts";

/** An option that a file sets. */
export type SetOption = {
  namespace: string;
  option: string;
  value: string;
  at: Place;
  /** Known only at the installation: a CloudFormation function, or a placeholder of a saved configuration. */
  isOpen: boolean;
};

export const environmentNamespace = "aws:elasticbeanstalk:application:environment";
export const secretsNamespace = "aws:elasticbeanstalk:application:environmentsecrets";

export const hasPlaceholder = (value: string) => /\{\{\w+\}\}/.test(value);

/** `option_settings` in both of its forms, and `OptionSettings` of a saved configuration. */
export function readOptions(
  yaml: YamlFile,
  node: unknown,
): { options: SetOption[]; findings: Finding[] } {
  const options: SetOption[] = [];
  const findings: Finding[] = [];
  const add = (namespace: string, option: string, value: unknown, at: Place) => {
    if (!isScalar(value) || value.value === null) {
      const cure = "give it a text, a number or true or false";
      return void findings.push(finding(at, `${option} has no value`, cure));
    }
    // As it is written: 1.10 is no 1.1.
    const isBare = value.type === "PLAIN" && typeof value.value === "number";
    const text = isBare ? (value.source ?? textOf(value)) : textOf(value);
    const isOpen = text.includes("`") || hasPlaceholder(text);
    options.push({ namespace, option, value: text, at, isOpen });
  };

  if (isSeq(node)) {
    const keys = ["namespace", "option_name", "value", "resource_name"];
    for (const item of node.items) {
      findings.push(...unknownKeys(yaml, item, keys, "an entry of option_settings"));
      const namespace = textOf(member(item, "namespace")) || environmentNamespace;
      const option = member(item, "option_name");
      if (option === undefined)
        findings.push(finding(yaml.at(item), "an option without a name", "write option_name: …"));
      else add(namespace, textOf(option), member(item, "value"), yaml.at(option));
    }
  } else if (isMap(node)) {
    for (const { key: namespace, keyNode, value } of entries(node)) {
      if (!isMap(value))
        findings.push(
          finding(
            yaml.at(keyNode),
            `${namespace} holds no options`,
            "write Option: value below it",
          ),
        );
      for (const { key, keyNode, value: set } of entries(value))
        add(namespace, key, set, yaml.at(keyNode));
    }
  } else {
    const cure = "write namespaces with options below them, or a list of both";
    findings.push(finding(yaml.at(node), "option_settings hold nothing", cure));
  }
  return { options, findings };
}
