import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beyondReach, runStep, type StepPlace } from "./command.ts";

export type HookPhase = "prebuild" | "predeploy" | "postdeploy";

/** The bundle's own programs of that phase, by name. The platform lets them run, and takes CRLF for LF. */
export async function runHooks(bundle: string, phase: HookPhase, place: StepPlace): Promise<void> {
  const folder = join(bundle, ".platform", "hooks", phase);
  for (const name of (await readdir(folder).catch(() => [])).toSorted()) {
    const hook = join(folder, name);
    const step = `hook ${phase}/${name}`;
    const text = await readFile(hook, "latin1");
    const beyond = text.startsWith("#!") ? beyondReach(text) : undefined;
    if (beyond !== undefined) {
      place.machine.leaveOut(`${step}, for ${beyond}`);
      continue;
    }
    if (text.startsWith("#!") && text.includes("\r\n"))
      await writeFile(hook, text.replaceAll("\r\n", "\n"), "latin1");
    await chmod(hook, 0o755);
    await runStep(step, [hook], place);
  }
}
