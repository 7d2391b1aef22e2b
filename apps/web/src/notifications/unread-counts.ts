import { countUnread, type Database } from "@tendril/database";
import { minutes, repeat, seconds, type Clock, type Logger } from "@tendril/runtime";

/** Short enough to feel live. One query for everybody on this process, none when nobody looks. */
const lookMs = 500;

/** A page that shows what is older asks for it to be looked at again, without waiting for it. */
const freshMs = seconds(10);

/** Rather no number than one that is older. */
const shownMs = minutes(1);

/** People whose number is remembered. */
const remembered = 10_000;

type Watcher = {
  userId: number;
  tell: (count: number) => void;
  end: () => void;
  told: number | undefined;
};

/** How many notifications people have not read: for the bell on every page, which must not cost a query each. */
export type UnreadCounts = {
  /** What is known without looking; the next look finds it out for the next page. */
  known(userId: number): number | undefined;
  /** Somebody has just counted. */
  note(userId: number, count: number): void;
  /** `tell` gets the number now, and each change from then on. */
  watch(userId: number, tell: (count: number) => void, end: () => void): Disposable;
  watchersOf(userId: number): number;
  closeStreams(): void;
} & AsyncDisposable;

export function countUnreadLive(parts: {
  db: Database;
  clock: Clock;
  logger: Logger;
}): UnreadCounts {
  const watchers = new Set<Watcher>();
  const wanted = new Set<number>();
  const counts = new Map<number, { count: number; at: number }>();
  const now = () => parts.clock.now().getTime();

  const note = (userId: number, count: number) => {
    // Behind all others: those in front were looked at longest ago.
    counts.delete(userId);
    counts.set(userId, { count, at: now() });
    for (const watcher of watchers) {
      if (watcher.userId !== userId || watcher.told === count) continue;
      watcher.told = count;
      watcher.tell(count);
    }
    for (const [oldest] of counts) {
      if (counts.size <= remembered) return;
      counts.delete(oldest);
    }
  };

  const look = async () => {
    const userIds = new Set([...[...watchers].map(({ userId }) => userId), ...wanted]);
    if (userIds.size === 0) return;
    const rows = await countUnread(parts.db, [...userIds]);
    wanted.clear();
    const found = new Map(rows.map(({ userId, count }) => [userId, count]));
    for (const userId of userIds) note(userId, found.get(userId) ?? 0);
  };
  const looking = repeat(look, {
    pauseMs: lookMs,
    onError: (error) => parts.logger.warn({ err: error }, "notifications cannot be counted"),
  });

  return {
    known(userId) {
      const { count, at } = counts.get(userId) ?? { at: 0 };
      const age = now() - at;
      if (age > freshMs && wanted.size < remembered) wanted.add(userId);
      return age > shownMs ? undefined : count;
    },
    note,
    watch(userId, tell, end) {
      const watcher: Watcher = { userId, tell, end, told: undefined };
      watchers.add(watcher);
      return { [Symbol.dispose]: () => void watchers.delete(watcher) };
    },
    watchersOf: (userId) => [...watchers].filter((watcher) => watcher.userId === userId).length,
    closeStreams() {
      for (const { end } of watchers) end();
    },
    [Symbol.asyncDispose]: () => looking[Symbol.asyncDispose](),
  };
}
