import { expect, it } from "vitest";

import { served } from "../../testing/played-fleet.ts";
import { keepLatencyHistory } from "./latency-history.ts";

const start = Date.UTC(2026, 10, 21, 8);
const at = (second: number) => new Date(start + second * 1_000);

it("shows the mean over the period before each moment", () => {
  const history = keepLatencyHistory(5_000);
  const answer = (second: number, instance: string, ms: number) =>
    history.hear({
      kind: "served",
      at: at(second),
      served: served({ at: at(second), instance, ms }),
    });
  answer(0, "web-1", 0);
  answer(0, "web-2", 3_000);
  answer(4, "web-1", 6_000);
  const { mean, instances, seconds } = history.view(at(6));
  expect(seconds).toBe(120);
  // From second -1 to second 6.
  expect(mean.slice(-8)).toEqual([null, 1.5, 1.5, 1.5, 1.5, 3, 6, 6]);
  expect(instances.get("web-2")?.slice(-8)).toEqual([null, 3, 3, 3, 3, 3, null, null]);
});

it("forgets what is long ago", () => {
  const history = keepLatencyHistory(60_000);
  history.hear({ kind: "served", at: at(0), served: served({ at: at(0), ms: 500 }) });
  history.hear({ kind: "served", at: at(900), served: served({ at: at(900), ms: 700 }) });
  expect(history.view(at(0)).mean.at(-1)).toBeNull();
  expect(history.view(at(900)).mean.at(-1)).toBe(0.7);
});
