import { contradictions, wrongPlatformFiles, wrongVariables } from "./_planted-between-files.ts";
import { wrongCommands, wrongOptions, wrongResources, wrongYaml } from "./_planted-in-files.ts";
import type { Planted } from "./_planted-places.ts";

/** By kind. */
export const planted: [kind: string, mistakes: Planted[]][] = [
  ["an option", wrongOptions],
  ["YAML", wrongYaml],
  ["a resource", wrongResources],
  ["a command", wrongCommands],
  ["options together", contradictions],
  ["a variable", wrongVariables],
  ["a platform file", wrongPlatformFiles],
];
