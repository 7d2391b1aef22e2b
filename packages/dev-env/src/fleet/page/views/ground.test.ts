import { expect, it } from "vitest";

import { fleetSnapshot } from "../../../testing/played-fleet.ts";
import type { QueueView } from "../../fleet.ts";
import { levels } from "../../levels.ts";
import { dependencies } from "./ground.ts";
import { queues } from "./queues.ts";

const queue = (changes: Partial<QueueView>): QueueView => ({
  name: "media",
  server: null,
  visible: 0,
  inFlight: 0,
  delayed: 0,
  dead: 0,
  oldestSeconds: null,
  ...changes,
});
const words = ({ markup }: { markup: string }) =>
  markup
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();

it("shows each shared queue, and of each server's own the sum", () => {
  const shared = [queue({ visible: 7, oldestSeconds: 12.4 }), queue({ name: "mail", dead: 1 })];
  expect(words(queues(fleetSnapshot({ queues: shared })).body)).toBe(
    "queue waiting in work oldest dead media 7 0 12 s 0 mail 0 0 – 1",
  );
  const own = [
    queue({ server: "server-1", visible: 2, oldestSeconds: 3 }),
    queue({ server: "server-1", name: "mail", visible: 1, inFlight: 4, oldestSeconds: 9 }),
    queue({ server: "server-2" }),
  ];
  expect(words(queues(fleetSnapshot({ queues: own })).body)).toBe(
    "all of waiting in work oldest dead server-1 3 4 9 s 0 server-2 0 0 – 0",
  );
});

it("says what each server has to itself", () => {
  const shown = (level: 1 | 2 | 6) =>
    words(
      dependencies(
        fleetSnapshot({
          plan: levels[level],
          dependencies: [
            { name: "redis", state: "fine" },
            { name: "s3", state: "broken" },
          ],
        }),
      ).body,
    );
  expect(shown(1)).toMatch(
    /^Redis sessions and cache, one on each server fine .*photos, one on each/,
  );
  expect(shown(2)).toMatch(/^Redis sessions and cache fine Redis: Break S3 photos, one on each/);
  expect(shown(6)).not.toMatch(/one on each/);
});
