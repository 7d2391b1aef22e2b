import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Release = {
  commit: string;
  /** Of the commit, not of the build: two builds of one commit are identical. */
  time: string;
};

/** The EB CLI's own: it rewrites files there, saved configurations lie there, and none of it goes into a bundle. */
const ofEbCli = ":(exclude)apps/*/.elasticbeanstalk/*";

/** What the work tree holds; changes that are in no commit are said. */
export async function describeRelease(root: string): Promise<Release> {
  const git = async (...args: string[]) => (await run("git", args, { cwd: root })).stdout.trim();
  try {
    const [commit, time, changes] = await Promise.all([
      git("rev-parse", "--short=12", "HEAD"),
      git("show", "--no-patch", "--format=%cI", "HEAD"),
      git("status", "--porcelain", "--untracked-files=normal", "--", ".", ofEbCli),
    ]);
    return {
      commit: changes === "" ? commit : `${commit}-changed`,
      time: new Date(time).toISOString(),
    };
  } catch (error) {
    throw new Error("A bundle says which commit it is made of; this folder is no git work tree", {
      cause: error,
    });
  }
}
