import { isMap } from "yaml";

import type { Tier } from "../bundle/tiers.ts";
import { finding, type Finding } from "./finding.ts";
import { entries, member, readYaml, textOf, unknownKeys } from "./yaml.ts";

/** `.elasticbeanstalk/config.yml`: what `eb deploy` in the tier's folder sends, and where to. */
export function checkEbCli(file: string, text: string, tier: Tier): Finding[] {
  const yaml = readYaml(file, text);
  const { top } = yaml;
  const found = [...yaml.findings];
  if (!isMap(top)) return found;
  const keys = ["branch-defaults", "environment-defaults", "global", "deploy"];
  found.push(...unknownKeys(yaml, top, keys, "the configuration of the EB CLI"));
  const artifact = member(member(top, "deploy"), "artifact");
  const expected = `../../dist/${tier}.zip`;
  if (textOf(artifact) !== expected)
    found.push(
      finding(
        yaml.at(artifact),
        "deploy.artifact is not what the bundle command makes",
        `write ${expected}`,
      ),
    );
  const region = member(member(top, "global"), "default_region");
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(textOf(region)))
    found.push(
      finding(
        yaml.at(region),
        `default_region "${textOf(region)}" is no region, and eb deploy takes none from the AWS profile`,
        "write the one that your environments are in",
      ),
    );
  for (const { value } of entries(member(top, "branch-defaults"))) {
    const name = member(value, "environment");
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{2,38}[A-Za-z0-9]$/.test(textOf(name)))
      found.push(
        finding(
          yaml.at(name),
          `"${textOf(name)}" is no name of an environment`,
          "4 to 40 letters, digits and hyphens",
        ),
      );
  }
  return found;
}
