import { type Guardian, startGuardian } from "./guardian.ts";
import { identify } from "./identity.ts";
import { openRoster } from "./roster.ts";

/** All processes of one data folder: known on disk and to a guardian, so none is ever left behind. */
export interface Household extends AsyncDisposable {
  adopt(pid: number): void;
}

type Options = {
  dataDir: string;
  /** Told to whoever tries to start on the same data. */
  url?: string;
  /** Remove the data at the end, also when this process is killed. */
  temporary?: boolean;
};

export async function openHousehold({
  dataDir,
  url,
  temporary = false,
}: Options): Promise<Household> {
  await using stack = new AsyncDisposableStack();
  const roster = stack.use(await openRoster(dataDir, url));
  const guardian: Guardian = stack.use(startGuardian());
  const self = identify(guardian.pid);
  if (self) roster.add(self);
  if (temporary) guardian.remove(dataDir);
  const owned = stack.move();
  return {
    adopt(pid) {
      const identity = identify(pid);
      if (!identity) return;
      guardian.watch(identity);
      roster.add(identity);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
