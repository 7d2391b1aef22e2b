import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";
import { z } from "zod";

import type { Variables } from "../space/environment.ts";
import { DeploymentError } from "./deployment-error.ts";

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const optionList = z.array(
  z.object({
    namespace: z.string().default("aws:elasticbeanstalk:application:environment"),
    option_name: z.string(),
    value: scalar,
  }),
);
const optionMap = z.record(z.string(), z.record(z.string(), scalar));

const configCommand = z.object({
  command: z.union([z.string(), z.array(z.string())]),
  cwd: z.string().optional(),
  env: z.record(z.string(), scalar).optional(),
  test: z.string().optional(),
  ignoreErrors: z.boolean().default(false),
  leader_only: z.boolean().default(false),
});
export type ConfigCommand = { name: string } & z.output<typeof configCommand>;

const resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
/** One of CloudFormation's. */
export type Resource = z.output<typeof resource>;

const configFile = z.looseObject({
  option_settings: z.union([optionList, optionMap]).optional(),
  Resources: z.record(z.string(), resource).optional(),
  commands: z.record(z.string(), configCommand).default({}),
  container_commands: z.record(z.string(), configCommand).default({}),
});

/** What a bundle's `.ebextensions` say, as far as one machine can follow. */
export type BundleConfig = {
  /** By namespace, then by option. */
  options: ReadonlyMap<string, Variables>;
  commands: readonly ConfigCommand[];
  containerCommands: readonly ConfigCommand[];
  /** By logical name; of the platform's own only what is changed. Not made here, but the fleet scales by them. */
  resources: ReadonlyMap<string, Resource>;
  /** What only AWS can do, by file. */
  notPlayed: readonly string[];
};

/** In the platform's order: files by name, later ones over earlier; commands by name, over all files. */
export async function readConfigFiles(bundle: string, region: string): Promise<BundleConfig> {
  const folder = join(bundle, ".ebextensions");
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".config"));
  const options = new Map<string, Variables>();
  const commands = new Map<string, ConfigCommand>();
  const containerCommands = new Map<string, ConfigCommand>();
  const resources = new Map<string, Resource>();
  const notPlayed: string[] = [];
  for (const file of names.toSorted()) {
    const content = readConfigFile(file, await readFile(join(folder, file), "utf8"));
    for (const { namespace, option_name, value } of listed(content.option_settings ?? [])) {
      const evaluated = evaluate(value, region);
      if (evaluated === undefined) notPlayed.push(`${file}: ${option_name} = ${value}`);
      else options.set(namespace, { ...options.get(namespace), [option_name]: evaluated });
    }
    for (const [name, command] of Object.entries(content.commands))
      commands.set(name, { name, ...command });
    for (const [name, command] of Object.entries(content.container_commands))
      containerCommands.set(name, { name, ...command });
    for (const [name, { Type, Properties }] of Object.entries(content.Resources ?? {}))
      resources.set(name, {
        Type,
        Properties: { ...resources.get(name)?.Properties, ...Properties },
      });
    const played = ["option_settings", "commands", "container_commands"];
    const others = Object.keys(content).filter((key) => !played.includes(key));
    notPlayed.push(...others.map((key) => `${file}: ${key}`));
  }
  return {
    options,
    commands: inOrder(commands),
    containerCommands: inOrder(containerCommands),
    resources,
    notPlayed,
  };
}

function readConfigFile(file: string, text: string): z.output<typeof configFile> {
  try {
    return configFile.parse(parse(text, { version: "1.1" }) ?? {});
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new DeploymentError(`.ebextensions/${file}`, "cannot be read", why);
  }
}

function listed(settings: z.output<typeof optionList> | z.output<typeof optionMap>) {
  if (Array.isArray(settings)) return settings;
  return Object.entries(settings).flatMap(([namespace, values]) =>
    Object.entries(values).map(([option_name, value]) => ({ namespace, option_name, value })),
  );
}

/** Functions of CloudFormation stand in backticks; the region is the one that can be answered here. */
function evaluate(value: string, region: string): string | undefined {
  const call = /^`(.*)`$/s.exec(value)?.[1];
  if (call === undefined) return value;
  return /^\s*\{\s*"?Ref"?\s*:\s*"?AWS::Region"?\s*\}\s*$/.test(call) ? region : undefined;
}

const inOrder = (commands: Map<string, ConfigCommand>) =>
  [...commands.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
