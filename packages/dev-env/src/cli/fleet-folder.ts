import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "../user-error.ts";
import { contentOf, emptyFolder } from "./empty-folder.ts";

/** Says whose folder it is: a fleet empties it at its start, and removes it at its end. */
const mark = "of-a-fleet";

/** Empties the folder of a fleet. One that holds anything of somebody else's is refused. */
export function takeFolder(dataDir: string): void {
  const content = contentOf(dataDir);
  if (content.length > 0 && !content.includes(mark))
    throw new UserError(
      `${dataDir} holds what no fleet has made, and a fleet removes all in its folder: empty it, or choose another with DATA_DIR=…`,
    );
  writeFileSync(join(dataDir, mark), "");
  emptyFolder(dataDir, mark);
}
