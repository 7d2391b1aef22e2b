import { execFile } from "node:child_process";
import { mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { finding, type Finding } from "./finding.ts";
import { layNginx } from "./platform-nginx.ts";
import { environmentNamespace } from "./options/read.ts";
import type { Settings } from "./settings.ts";
import type { SourceFile } from "./source-files.ts";

const run = promisify(execFile);

/** The tier's nginx files, tried by nginx itself inside the platform's. `formFiles`: 0 where there is no form. */
export async function checkNginx(
  files: readonly SourceFile[],
  settings: Settings,
  { nginx, formFiles }: { nginx: string; formFiles: number },
): Promise<Finding[]> {
  const ours = files.filter(({ name }) => name.startsWith("nginx/"));
  const written = await Promise.all(
    ours.map(async ({ file, path }) => ({ file, text: await readFile(path, "utf8") })),
  );
  return [
    ...written.flatMap((each) => checkText(each, settings)),
    ...checkFormSize(written, settings, formFiles),
    ...(await tryNginx(ours, nginx)),
  ];
}

type Written = { file: string; text: string };

async function tryNginx(ours: readonly SourceFile[], nginx: string): Promise<Finding[]> {
  await using scratch = await mkdtempDisposable(join(tmpdir(), "tendril-nginx-"));
  const main = await layNginx(ours, scratch.path);
  try {
    await run(nginx, ["-t", "-p", scratch.path, "-c", main], { timeout: 20_000 });
    return [];
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    const problem = /\[emerg\] \d+#\d+: (.*)/.exec(said)?.[1] ?? said.trim();
    const [, message = problem, path = "", line = "1"] = /(.*) in (\S+):(\d+)$/.exec(problem) ?? [];
    const name = path.replace(`${dirname(main)}/`, "nginx/");
    const file = ours.find((each) => each.name === name)?.file ?? ".platform";
    const cure =
      "correct it: the platform's own nginx.conf around it is in packages/deploy/src/lint";
    return [finding({ file, line: Number(line) }, `nginx refuses: ${message}`, cure)];
  }
}

/** What nginx takes and the platform, or the app behind it, suffers from. */
function checkText({ file, text }: Written, settings: Settings): Finding[] {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, ""));
  const idle = settings.number("aws:elbv2:loadbalancer", "IdleTimeout") ?? 60;
  const port = settings.value(environmentNamespace, "PORT");
  const isUpstream = lines.some((line) => /^\s*upstream\b/.test(line));
  return lines.flatMap((line, index) => {
    const complain = (message: string, cure: string) => [
      finding({ file, line: index + 1 }, message, cure),
    ];
    if (/^\s*access_log\b/.test(line))
      return complain(
        "access_log in a file of ours",
        "remove it: health is read from the log that it replaces",
      );
    const kept = /^\s*keepalive_timeout\s+(\d+)s?\s*;/.exec(line)?.[1];
    if (kept && !isUpstream && Number(kept) <= idle)
      return complain(
        `connections are kept for ${kept} s, the load balancer's for ${idle} s`,
        `write more than ${idle}s`,
      );
    const asked = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (asked && port && asked !== port)
      return complain(`the app listens on ${port}, not on ${asked}`, `write 127.0.0.1:${port}`);
    return [];
  });
}

const factors: Readonly<Record<string, number>> = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** A form with as many files of the size that the app allows must come through. */
function checkFormSize(
  written: readonly Written[],
  settings: Settings,
  formFiles: number,
): Finding[] {
  const largest = settings.number(environmentNamespace, "UPLOAD_MAX_BYTES");
  if (largest === undefined || formFiles === 0) return [];
  const needed = largest * formFiles;
  const limits = written.flatMap(({ file, text }) =>
    [...text.matchAll(/client_max_body_size\s+(\d+)([kmg]?)\s*;/gi)].map((match) => ({
      at: { file, line: text.slice(0, match.index).split("\n").length },
      bytes: Number(match[1]) * (factors[(match[2] ?? "").toLowerCase()] ?? 1),
    })),
  );
  // None at all is nginx's 1 MiB; 0 is no limit.
  if (limits.some(({ bytes }) => bytes === 0 || bytes > needed)) return [];
  const at = limits[0]?.at ?? { file: written[0]?.file ?? ".platform/web", line: 1 };
  const cure = `write client_max_body_size ${Math.ceil(needed / 2 ** 20) + 10}m for the form`;
  return [finding(at, `${formFiles} files of ${largest} bytes do not come through`, cure)];
}
