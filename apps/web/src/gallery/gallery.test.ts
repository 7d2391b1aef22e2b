import { connectDatabase } from "@tendril/database";
import { expect, test, vi } from "vitest";

import { listUnready } from "./gallery.ts";

test("the database is asked for photos on their way only by people who may have some", async () => {
  const nowhere = { host: "127.0.0.1", readerHost: "127.0.0.1", port: 1, name: "none" };
  const nobody = { username: "none", password: "", certificateAuthority: undefined };
  await using db = connectDatabase({ ...nowhere, ...nobody });
  const asked = vi.spyOn(db.tables.photos, "findAll").mockResolvedValue([]);
  const unready = {
    mayHave: (userId: number) => userId === 2,
    note: () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  for (const viewer of [null, { id: 1 }]) await listUnready({ db, unready }, viewer);
  expect(asked).not.toHaveBeenCalled();
  await listUnready({ db, unready }, { id: 2 });
  expect(asked).toHaveBeenCalledOnce();
});
