import { findOwnersOfUnready, type Database } from "@tendril/database";
import { repeat, seconds, type Logger } from "@tendril/runtime";

/** One query for everybody on this process, where the front page would cost each signed-in person one. */
const lookMs = seconds(1);

/** Photos that are looked at. With more of them every person may be among their owners. */
const mostPhotos = 10_000;

/** Who has photos on their way, or failed: all others need not be asked for on the front page. */
export type UnreadyOwners = {
  /** False for those who have none, as of a second ago. */
  mayHave(userId: number): boolean;
  /** They have just begun one: it is in the database by now. */
  note(userId: number): void;
} & AsyncDisposable;

export function knowUnreadyOwners({ db, logger }: { db: Database; logger: Logger }): UnreadyOwners {
  /** Undefined while they are not known, or too many. */
  let owners: Set<number> | undefined;
  let looks = 0;
  /** And in which look: those that began later have seen what they began. */
  const noted = new Map<number, number>();

  const look = async () => {
    const thisLook = ++looks;
    const found = await findOwnersOfUnready(db, mostPhotos);
    owners = found.length < mostPhotos ? new Set(found) : undefined;
    for (const [userId, during] of noted) if (during < thisLook) noted.delete(userId);
  };
  const looking = repeat(look, {
    pauseMs: lookMs,
    onError: (error) => logger.warn({ err: error }, "it is not known who has photos on their way"),
  });

  return {
    mayHave: (userId) => noted.has(userId) || (owners?.has(userId) ?? true),
    note: (userId) => void noted.set(userId, looks),
    [Symbol.asyncDispose]: () => looking[Symbol.asyncDispose](),
  };
}
