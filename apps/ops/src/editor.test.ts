import { mkdtempDisposableSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openEditor } from "./editor.ts";

/** Notes what it was called with, and writes into nothing but a payload of ours. */
function recordingEditor(folder: string): { command: string; args: () => string[] } {
  const script = join(folder, "an editor.sh");
  const log = join(folder, "args");
  const lines = [
    "#!/bin/bash",
    `printf '%s\\n' "$@" >'${log}'`,
    'last="${@: -1}"',
    'case "$last" in */tendril-ops-*/payload.json) ;; *) exit 3 ;; esac',
    `printf '{"emailId": 7}' >"$last"`,
  ];
  writeFileSync(script, lines.join("\n"), { mode: 0o755 });
  return {
    command: `'${script}' --wait`,
    args: () => readFileSync(log, "utf8").trimEnd().split("\n"),
  };
}

test("the editor is given its own arguments and the payload's file, and nothing else", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "editor-test-"));
  const editor = recordingEditor(folder.path);
  expect(await openEditor(editor.command, '{"emailId":9}')).toBe('{"emailId": 7}');
  expect(editor.args()).toEqual(["--wait", expect.stringMatching(/\/payload\.json$/)]);
});

test("an editor that fails changes nothing, and is named", async () => {
  await expect(openEditor("false", "{}")).rejects.toThrow(/The editor \(false\) ended with 1/);
});
