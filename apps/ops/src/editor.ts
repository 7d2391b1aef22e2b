import { spawn } from "node:child_process";
import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AppError } from "@tendril/runtime";

/** Lets the person at this terminal change a text; JSON is laid out for that. */
export async function openEditor(editor: string, text: string): Promise<string> {
  await using folder = await mkdtempDisposable(join(tmpdir(), "tendril-ops-"));
  const file = join(folder.path, "payload.json");
  await writeFile(file, `${laidOut(text)}\n`, { mode: 0o600 });
  const code = await new Promise<number | null>((resolve, reject) => {
    // $EDITOR may have arguments: `code --wait`.
    const child = spawn("/bin/sh", ["-c", `${editor} "$1"`, "sh", file], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code !== 0)
    throw new AppError(`The editor (${editor}) ended with ${code}: nothing was changed.`, {
      code: "editor",
      status: 500,
    });
  return readFile(file, "utf8");
}

function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
