import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Tier } from "../bundle/tiers.ts";
import { checkContradictions } from "./contradictions/index.ts";
import { checkEbCli } from "./eb-cli.ts";
import { builtInNames } from "./extensions/built-in-resources.ts";
import { checkDoubles, readConfigFile } from "./extensions/config-file.ts";
import { checkBackticks, type Known } from "./extensions/functions.ts";
import { checkGracePeriod } from "./extensions/grace-period.ts";
import { checkResources } from "./extensions/resources.ts";
import { finding, type Finding } from "./finding.ts";
import { checkHooks } from "./hooks.ts";
import { checkNginx } from "./nginx.ts";
import { checkOption } from "./options/check.ts";
import { checkPlaces, readSavedConfiguration } from "./saved-configuration.ts";
import { Settings } from "./settings.ts";
import { sourceFiles } from "./source-files.ts";
import { checkVariables, type AppVariables } from "./variables.ts";
import { entries, member } from "./yaml.ts";

/** Everything that one environment is made of, checked together. */
export async function lintTier(
  root: string,
  tier: Tier,
  { variables, nginx, formFiles }: { variables: AppVariables; nginx: string; formFiles: number },
): Promise<Finding[]> {
  const extensions = await sourceFiles(root, ".ebextensions", tier);
  const files = await Promise.all(
    extensions.map(async ({ file, path }) => readConfigFile(file, await readFile(path, "utf8"))),
  );
  const savedFile = `infrastructure/saved-configurations/${tier}.cfg.yml`;
  const saved = await readIfThere(root, savedFile, (text) =>
    readSavedConfiguration(savedFile, text, tier),
  );
  const ebFile = `apps/${tier}/.elasticbeanstalk/config.yml`;
  const ebCli = await readIfThere(root, ebFile, (text) => ({
    options: [],
    findings: checkEbCli(ebFile, text, tier),
  }));
  const inFiles = files.flatMap(({ options }) => options);
  const settings = new Settings([...inFiles, ...saved.options]);
  const known: Known = {
    names: new Set([
      ...builtInNames(tier),
      ...files.flatMap(({ resources }) => entries(resources).map(({ key }) => key)),
      ...files.flatMap(({ yaml }) => entries(member(yaml.top, "Parameters")).map(({ key }) => key)),
    ]),
    isSet: (namespace, option) => settings.find(namespace, option) !== undefined,
  };
  const platform = await sourceFiles(root, ".platform", tier);

  return [
    ...files.flatMap(({ findings }) => findings),
    ...saved.findings,
    ...ebCli.findings,
    ...settings.all.flatMap((set) => checkOption(set, tier)),
    ...settings.all
      .filter(({ value }) => value.includes("`"))
      .flatMap(({ value, at }) => checkBackticks(value, at, known)),
    ...files.flatMap(({ yaml, resources }) => checkResources(yaml, resources, tier, known)),
    ...files.flatMap(({ yaml, resources }) => checkGracePeriod(yaml, resources, settings)),
    ...checkDoubles(files),
    ...checkPlaces(inFiles, saved.options),
    ...checkContradictions(settings, tier),
    ...checkVariables(settings, variables, tier, { file: savedFile, line: 1 }),
    ...(await checkHooks(platform)),
    ...(await checkNginx(platform, settings, { nginx, formFiles })),
  ];
}

type Read = { options: ReturnType<typeof readSavedConfiguration>["options"]; findings: Finding[] };

async function readIfThere(
  root: string,
  file: string,
  read: (text: string) => Read,
): Promise<Read> {
  const text = await readFile(join(root, file), "utf8").catch(() => undefined);
  if (text !== undefined) return read(text);
  return { options: [], findings: [finding({ file, line: 1 }, "it is missing", "write it")] };
}
