import type { Writable } from "node:stream";

export type Progress = { to(done: number, total?: number): void } & Disposable;

const width = 30;

/** `sending  [=========>                    ]  312 of 1000`, in one line that is written over. */
export function startProgress(
  stderr: Writable & { isTTY?: boolean },
  what: string,
  total: number,
): Progress {
  let shown = false;
  const draw = (done: number, of: number) => {
    if (!stderr.isTTY) return;
    const part = of === 0 ? 1 : Math.min(1, done / of);
    const full = Math.round(part * width);
    const bar = `${"=".repeat(full)}${full < width ? ">" : ""}`.padEnd(width).slice(0, width);
    stderr.write(`\r\u001b[K${what}  [${bar}]  ${done} of ${of}`);
    shown = true;
  };
  draw(0, total);
  return {
    to: (done, of = total) => draw(done, of),
    [Symbol.dispose]() {
      if (shown) stderr.write("\n");
    },
  };
}
