import { execFile } from "node:child_process";
import { appendFile, cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import { ROOT } from "../apps/places.ts";

const run = promisify(execFile);

/** How pages of the next release can be told from those of this one. */
export const nextMark = '<meta name="release" content="next">';

/**
 * The release after this one, in a folder of its own: the work tree with one expand migration more, another page
 * and another style sheet. A git work tree, as bundles say which commit they are made of.
 */
export async function makeNextRelease(folder: string): Promise<void> {
  const options = { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 };
  const listing = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await run("git", listing, options);
  for (const name of stdout.split("\0").filter(Boolean)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    // A file that was removed and not yet committed is listed, too.
    await cp(join(ROOT, name), join(folder, name)).catch(() => {});
  }
  await addMigration(folder);
  await change(join(folder, "apps/web/src/http/views/layout.ejs"), "</head>", `${nextMark}</head>`);
  await appendFile(
    join(folder, "apps/web/assets/styles/base.css"),
    "\n.next { color: inherit; }\n",
  );

  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=next", "-c", "user.email=next@localhost", ...args], {
      cwd: folder,
    });
  await git("init", "--quiet");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "The next release");
}

/** As a person would: with the command for it, then by filling in what it left empty. */
async function addMigration(folder: string): Promise<void> {
  await run(process.execPath, ["scripts/new-migration.ts", "give-photos-a-note"], { cwd: folder });
  const migrations = join(folder, "packages/database/src/migrations");
  const file = (await readdir(migrations)).find((name) => name.endsWith("-give-photos-a-note.ts"));
  const path = join(migrations, file ?? "");
  await change(
    path,
    "up: (sql) => sql(``)",
    'up: (sql) => sql("ALTER TABLE photos ADD COLUMN note VARCHAR(200) NULL")',
  );
}

async function change(path: string, from: string, to: string): Promise<void> {
  const text = await readFile(path, "utf8");
  if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
  await writeFile(path, text.replace(from, to));
}
