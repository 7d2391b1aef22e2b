import type { Tier } from "../../bundle/tiers.ts";
import { finding, type Finding } from "../finding.ts";
import { nearest } from "../options/nearest.ts";
import { entries, member, textOf, unknownKeys, type YamlFile } from "../yaml.ts";
import { builtInNames, builtInResources } from "./built-in-resources.ts";
import { checkFunctions, type Known } from "./functions.ts";

const attributes = [
  "Type",
  "Properties",
  "DependsOn",
  "Metadata",
  "DeletionPolicy",
  "UpdateReplacePolicy",
  "CreationPolicy",
  "UpdatePolicy",
];

/** `Resources` of one file. What it names may stand in another file of the tier: `known` has all. */
export function checkResources(
  yaml: YamlFile,
  resources: unknown,
  tier: Tier,
  known: Known,
): Finding[] {
  return entries(resources).flatMap(({ key: name, keyNode, value }) => {
    const at = yaml.at(keyNode);
    const type = textOf(member(value, "Type"));
    const found = [
      ...unknownKeys(yaml, value, attributes, "a resource"),
      ...checkFunctions(yaml, value, known),
    ];
    const complain = (message: string, cure: string) => found.push(finding(at, message, cure));
    if (!/^[A-Za-z0-9]+$/.test(name))
      complain(`${name} is no name`, "use letters and digits alone");
    if (!/^AWS::\w+::\w+$/.test(type) && !type.startsWith("Custom::"))
      complain(`${name} has no Type`, "write Type: AWS::Service::Resource");
    if (!name.startsWith("AWSEB")) return found;

    const builtIn = builtInResources[name];
    if (!builtIn?.tiers.includes(tier)) {
      const near = nearest(name, builtInNames(tier));
      complain(
        `the platform has no ${name} on a ${tier} environment`,
        near && near !== name
          ? `did you mean ${near}?`
          : `there are ${builtInNames(tier).join(", ")}`,
      );
    } else if (type !== "" && type !== builtIn.type) {
      complain(`${name} is no ${type}`, `write Type: ${builtIn.type}`);
    }
    return found;
  });
}
