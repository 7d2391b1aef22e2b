import {
  findNewestPhotoId,
  findPhotosAfter,
  findPhotosByIds,
  findUnfinishedPhotos,
  type Database,
  type PhotoRow,
} from "@tendril/database";
import { repeat, type Logger } from "@tendril/runtime";

/** Short enough to feel live. A few queries for all watchers of this process, none when nobody watches. */
const lookMs = 400;

type Watcher = {
  userId: number;
  tell: (photo: PhotoRow) => void;
  end: () => void;
  /** What this watcher was told last, by photo id. */
  told: Map<number, string>;
};

export type UploadWatcher = {
  /** `tell` gets each photo on its way now, and each change from then on. */
  watch(userId: number, tell: (photo: PhotoRow) => void, end: () => void): Disposable;
  watchersOf(userId: number): number;
  closeStreams(): void;
} & AsyncDisposable;

/** Tells people the true state of their uploads, whatever instance they talk to: it is read from the database. */
export function watchUploads(parts: {
  db: Database;
  logger: Logger;
  beforeReady: () => Promise<void>;
}): UploadWatcher {
  const watchers = new Set<Watcher>();
  /** What is newer was not looked at yet: it may have begun and ended since. */
  let newest: number | undefined;

  const look = async () => {
    if (watchers.size === 0) {
      newest = undefined;
      return;
    }
    const latest = await findNewestPhotoId(parts.db);
    const userIds = [...new Set([...watchers].map(({ userId }) => userId))];
    const unfinished = await findUnfinishedPhotos(parts.db, userIds);
    const seen = new Set(unfinished.map(({ id }) => id));
    const ended = [...watchers]
      .flatMap(({ told }) => [...told.keys()])
      .filter((id) => !seen.has(id));
    const begun = await findPhotosAfter(parts.db, userIds, newest ?? latest);
    const settled = [
      ...(await findPhotosByIds(parts.db, [...new Set(ended)])),
      ...begun.filter(({ id }) => !seen.has(id)),
    ];
    // Whoever is told "ready" and looks at the front page must find the photo there.
    if (settled.some(({ status }) => status === "ready")) await parts.beforeReady();

    for (const photo of [...unfinished, ...settled]) {
      for (const watcher of watchers) if (watcher.userId === photo.userId) tellOnce(watcher, photo);
    }
    newest = latest;
  };
  const looking = repeat(look, {
    pauseMs: lookMs,
    onError: (error) => parts.logger.warn({ err: error }, "uploads cannot be watched"),
  });

  return {
    watch(userId, tell, end) {
      const watcher: Watcher = { userId, tell, end, told: new Map() };
      watchers.add(watcher);
      looking.now();
      return { [Symbol.dispose]: () => void watchers.delete(watcher) };
    },
    watchersOf: (userId) => [...watchers].filter((watcher) => watcher.userId === userId).length,
    closeStreams() {
      for (const { end } of watchers) end();
    },
    [Symbol.asyncDispose]: () => looking[Symbol.asyncDispose](),
  };
}

function tellOnce({ told, tell }: Watcher, photo: PhotoRow): void {
  const state = `${photo.status} ${photo.restoreState ?? ""}`;
  if (told.get(photo.id) === state) return;
  const isEnd = photo.status === "ready" || photo.status === "failed";
  if (isEnd) told.delete(photo.id);
  else told.set(photo.id, state);
  tell(photo);
}
