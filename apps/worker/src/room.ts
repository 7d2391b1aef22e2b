/** Jobs share the room; one whose worker died the last time has it for itself, so that it can hurt no other. */
export type Room = {
  enter(how: "shared" | "alone", signal: AbortSignal): Promise<Disposable>;
};

export function createRoom(): Room {
  let inside = 0;
  let aloneInside = false;
  let waiting: { how: "shared" | "alone"; enter: () => void }[] = [];

  const fits = (how: "shared" | "alone") => !aloneInside && (how === "shared" || inside === 0);
  /** In the order in which they came: one that wants to be alone is not passed by for ever. */
  const admit = () => {
    while (waiting[0] && fits(waiting[0].how)) {
      const { how, enter } = waiting.shift() ?? { how: "shared", enter: () => {} };
      inside += 1;
      aloneInside = how === "alone";
      enter();
    }
  };
  const leave = () => {
    inside -= 1;
    aloneInside = false;
    admit();
  };

  return {
    async enter(how, signal) {
      signal.throwIfAborted();
      const entered = Promise.withResolvers<void>();
      const place = { how, enter: entered.resolve };
      waiting.push(place);
      const giveUp = () => {
        waiting = waiting.filter((other) => other !== place);
        entered.reject(signal.reason);
        admit();
      };
      signal.addEventListener("abort", giveUp, { once: true });
      admit();
      await entered.promise.finally(() => signal.removeEventListener("abort", giveUp));
      return { [Symbol.dispose]: leave };
    },
  };
}
