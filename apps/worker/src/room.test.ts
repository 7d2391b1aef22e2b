import { expect, test } from "vitest";

import { createRoom } from "./room.ts";

const never = new AbortController().signal;

/** Notes who is inside, in the order in which they enter. */
function visitors() {
  const room = createRoom();
  const inside: string[] = [];
  const leave = new Map<string, Disposable>();
  return {
    inside,
    enter: async (name: string, how: "shared" | "alone", signal = never) => {
      leave.set(name, await room.enter(how, signal));
      inside.push(name);
    },
    leave(name: string) {
      leave.get(name)?.[Symbol.dispose]();
      inside.splice(inside.indexOf(name), 1);
    },
  };
}

test("many share the room", async () => {
  const { inside, enter } = visitors();
  await Promise.all(["a", "b", "c"].map((name) => enter(name, "shared")));
  expect(inside).toEqual(["a", "b", "c"]);
});

test("whoever wants to be alone waits until the others have left", async () => {
  const { inside, enter, leave } = visitors();
  await Promise.all([enter("a", "shared"), enter("b", "shared")]);
  const alone = enter("crashed", "alone");
  leave("a");
  expect(inside).toEqual(["b"]);
  leave("b");
  await alone;
  expect(inside).toEqual(["crashed"]);
});

test("nobody enters beside one who is alone, or passes by one who waits to be", async () => {
  const { inside, enter, leave } = visitors();
  await enter("a", "shared");
  const alone = enter("crashed", "alone");
  const later = enter("b", "shared");
  expect(inside).toEqual(["a"]);
  leave("a");
  await alone;
  expect(inside).toEqual(["crashed"]);
  leave("crashed");
  await later;
  expect(inside).toEqual(["b"]);
});

test("two that want to be alone take turns", async () => {
  const { inside, enter, leave } = visitors();
  await enter("one", "alone");
  const other = enter("two", "alone");
  expect(inside).toEqual(["one"]);
  leave("one");
  await other;
  expect(inside).toEqual(["two"]);
});

test("whoever gives up waiting holds up nobody", async () => {
  const { inside, enter } = visitors();
  const tired = new AbortController();
  await enter("a", "shared");
  const alone = enter("crashed", "alone", tired.signal);
  const later = enter("b", "shared");
  tired.abort(new Error("stopping"));
  await expect(alone).rejects.toThrow("stopping");
  await later;
  expect(inside).toEqual(["a", "b"]);
  await expect(enter("c", "shared", tired.signal)).rejects.toThrow("stopping");
});
