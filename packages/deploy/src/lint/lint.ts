import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { tiers, type Tier } from "../bundle/tiers.ts";
import { finding, inOrder, type Finding } from "./finding.ts";
import { strayFiles } from "./source-files.ts";
import { lintTier } from "./tier.ts";
import type { AppVariables } from "./variables.ts";

/** What the lint cannot know by itself: packages do not import apps. */
export type LintGround = {
  /** The repository. */
  root: string;
  /** The program. */
  nginx: string;
  variables: Record<Tier, AppVariables>;
  /** Files in one form. */
  formFiles: number;
  checkCron(text: string): { line: number; message: string }[];
};

/** All that would fail a deployment, or do something else than it says; nothing is built or sent for it. */
export async function lintDeploy(ground: LintGround): Promise<Finding[]> {
  const { root, nginx, variables, formFiles, checkCron } = ground;
  const found = await strayFiles(root);
  for (const tier of tiers)
    found.push(
      ...(await lintTier(root, tier, {
        variables: variables[tier],
        nginx,
        formFiles: tier === "web" ? formFiles : 0,
      })),
    );
  const file = "apps/worker/cron.yaml";
  const cure = "the daemon refuses to start with it, and the deployment fails";
  for (const { line, message } of checkCron(await readFile(join(root, file), "utf8")))
    found.push(finding({ file, line }, message, cure));
  return inOrder(found);
}
