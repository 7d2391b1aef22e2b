import { deletePhotoFiles as deleteFiles } from "@tendril/storage";

import type { Handler } from "./index.ts";

export const deletePhotoFiles: Handler<"delete-photo-files"> = {
  async run({ storage }, files, { signal }) {
    await deleteFiles(storage, files, signal);
    return { state: "done" };
  },
};
