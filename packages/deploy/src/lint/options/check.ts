import type { Tier } from "../../bundle/tiers.ts";
import { finding, type Finding } from "../finding.ts";
import { findOption, knownOptions, optionsIn } from "./known.ts";
import { nearest } from "./nearest.ts";
import type { SetOption } from "./read.ts";
import { wrongValue } from "./value.ts";

const scheduled = /^\w+\.(?=aws:autoscaling:scheduledaction$)/;

/** Whether the platform knows the option, on this tier, and takes the value. */
export function checkOption(set: SetOption, tier: Tier): Finding[] {
  const { option, value, at, isOpen } = set;
  const namespace = set.namespace.replace(scheduled, "");
  const known = findOption(namespace, option);
  const complain = (message: string, cure: string) => [finding(at, message, cure)];
  if (!known) return complain(...unknownOption(namespace, option));

  const { valid, notes } = known;
  if (valid.type === "unsupported" || /do not set/.test(notes))
    return complain(`${namespace} ${option} is not for us`, notes);
  if (!known.tiers.includes(tier))
    return complain(
      `${option} has no effect on a ${tier} environment`,
      `set it in the files of ${known.tiers.join(", ")}`,
    );
  if (valid.keyPattern !== undefined && !new RegExp(valid.keyPattern).test(option))
    return complain(`${option} is no name for that`, `it must be like ${valid.keyPattern}`);
  if (isOpen) return [];
  const wanted = wrongValue(valid, value);
  return wanted === undefined ? [] : complain(`${option} is "${value}"`, `write ${wanted}`);
}

function unknownOption(namespace: string, option: string): [string, string] {
  const there = optionsIn(namespace);
  if (there.length === 0) {
    const near = nearest(
      namespace,
      knownOptions.map((each) => each.namespace),
    );
    return [`there is no namespace ${namespace}`, near ? `did you mean ${near}?` : "remove it"];
  }
  const names = there.map((each) => each.option);
  const near = nearest(option, names);
  return [
    `${namespace} has no option ${option}`,
    near ? `did you mean ${near}?` : `there are ${names.slice(0, 12).join(", ")}`,
  ];
}
