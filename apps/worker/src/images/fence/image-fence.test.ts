import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { deepPng, picture, quadrants } from "@tendril/dev-env/album";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ImageFence, UnreadableImageError } from "../index.ts";
import { showsUsage, usageOf } from "./usage.ts";

const MiB = 1_024 * 1_024;

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "fence-"))));
afterEach(() => rm(directory, { recursive: true }));

async function store(name: string, bytes: Buffer): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  return path;
}

const small = async () =>
  store("small", await quadrants({ width: 60, height: 40 }).jpeg().toBuffer());
/** Computes for seconds, and needs 800 MB when it is interlaced. */
const deep = (interlaced: boolean) => store("deep", deepPng(10_000, 10_000, { interlaced }));

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
const gone = (pids: number[]) =>
  vi.waitFor(() => expect(pids.filter(alive)).toEqual([]), { timeout: 5_000 });

/** The one child of the fence, as soon as it is at work. */
const working = (fence: ImageFence) =>
  vi.waitFor(
    () => {
      const [pid] = fence.pids;
      if (pid === undefined) throw new Error("no child has been started");
      return pid;
    },
    { timeout: 10_000, interval: 5 },
  );

describe("a photo", () => {
  test("comes out as it does without the fence, times and all", async () => {
    await using fence = new ImageFence();
    const path = await store("original", await picture("orientation 6").bytes());
    const image = await fence.process(path, { directory });
    expect(image).toMatchObject({ contentType: "image/jpeg", width: 600, height: 400 });
    expect(image.takenAt).toBeInstanceOf(Date);
    for (const variant of image.variants) expect(existsSync(variant.path)).toBe(true);
  });

  test("is told its fault, and the child lives on", async () => {
    await using fence = new ImageFence();
    const path = await store("original", await picture("truncated jpeg").bytes());
    const refused = fence.process(path, { directory });
    await expect(refused).rejects.toBeInstanceOf(UnreadableImageError);
    await expect(refused).rejects.toMatchObject({ reason: "damaged" });
    const { pids } = fence;
    await fence.process(await small(), { directory });
    expect(fence.pids).toEqual(pids);
  });

  test("is not at fault when its file is missing", async () => {
    await using fence = new ImageFence();
    const processing = fence.process(join(directory, "gone"), { directory });
    await expect(processing).rejects.toThrow(/ENOENT/);
    await expect(processing).rejects.not.toBeInstanceOf(UnreadableImageError);
  });
});

describe("memory", () => {
  test("a bomb fails alone; its neighbour becomes a photo in the child it had", async () => {
    await using fence = new ImageFence({ slots: 2, shareBytes: 200 * MiB, aloneBytes: 200 * MiB });
    const bomb = fence.process(await deep(true), { directory });
    const neighbours = (async () => {
      const path = await small();
      for (let photo = 0; photo < 20; photo++) await fence.process(path, { directory });
    })();
    await expect(bomb).rejects.toMatchObject({ reason: "too-demanding" });
    await neighbours;
    expect(fence.pids).toHaveLength(1);
  });

  test("one that needs more than its share gets it, when it is alone", async () => {
    await using fence = new ImageFence({
      slots: 2,
      shareBytes: 100 * MiB,
      aloneBytes: 2_000 * MiB,
    });
    const size = { width: 5_000, height: 5_000 };
    const large = await quadrants(size).png({ progressive: true, compressionLevel: 1 }).toBuffer();
    const path = await store("large", large);
    const [image] = await Promise.all([
      fence.process(path, { directory }),
      fence.process(await small(), { directory }),
    ]);
    expect(image).toMatchObject(size);
  });

  test("a child that keeps too much is replaced, as is one that has served long", async () => {
    await using greedy = new ImageFence({ restingBytes: 1 });
    await greedy.process(await small(), { directory });
    expect(greedy.pids).toEqual([]);
    await using old = new ImageFence({ photosPerChild: 2 });
    const path = await small();
    await old.process(path, { directory });
    expect(old.pids).toHaveLength(1);
    await old.process(path, { directory });
    expect(old.pids).toEqual([]);
  });

  test.runIf(showsUsage)(
    "of a child stays where it is over a thousand photos",
    { timeout: 120_000 },
    async () => {
      await using fence = new ImageFence({ slots: 2, photosPerChild: Infinity });
      const path = await small();
      const half = async (photos: number) => {
        const own = await mkdtemp(join(directory, "half-"));
        for (let photo = 0; photo < photos; photo++) await fence.process(path, { directory: own });
      };
      const held = () => Math.max(...fence.pids.map((pid) => usageOf(pid).residentBytes)) / MiB;
      await Promise.all([half(100), half(100)]);
      const [pids, before] = [fence.pids, held()];
      await Promise.all([half(400), half(400)]);
      expect(fence.pids).toEqual(pids);
      expect(held()).toBeLessThan(before + 25);
    },
  );
});

describe("time", () => {
  test("a photo that computes for too long is at fault", async () => {
    await using fence = new ImageFence({ computingMs: 500 });
    await expect(fence.process(await deep(false), { directory })).rejects.toMatchObject({
      reason: "too-demanding",
    });
    await fence.process(await small(), { directory });
  });

  test("a photo is not charged for those before it", { timeout: 60_000 }, async () => {
    await using fence = new ImageFence({ computingMs: 1_000 });
    const path = await store(
      "large",
      await quadrants({ width: 2_000, height: 2_000 }).jpeg().toBuffer(),
    );
    for (let photo = 0; photo < 12; photo++) await fence.process(path, { directory });
    expect(fence.pids).toHaveLength(1);
  });

  test("one whose process was not let to compute is not", async () => {
    await using fence = new ImageFence({ photoMs: 1_000 });
    const processing = fence.process(await deep(false), { directory });
    process.kill(await working(fence), "SIGSTOP");
    await expect(processing).rejects.toMatchObject({ name: "ImageProcessError" });
  });
});

describe("an abort", () => {
  test("ends the child at once, with the reason given", async () => {
    await using fence = new ImageFence();
    const controller = new AbortController();
    const processing = fence.process(await deep(false), { directory, signal: controller.signal });
    const pid = await working(fence);
    const reason = new Error("the worker stops");
    const began = performance.now();
    controller.abort(reason);
    await expect(processing).rejects.toBe(reason);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(alive(pid)).toBe(false);
  });

  test("lets go of the place in the queue", async () => {
    await using fence = new ImageFence({ slots: 1 });
    const stop = new AbortController();
    const first = fence.process(await deep(false), { directory, signal: stop.signal });
    const second = new AbortController();
    const waiting = fence.process(await small(), { directory, signal: second.signal });
    second.abort(new Error("no longer wanted"));
    await expect(waiting).rejects.toThrow("no longer wanted");
    stop.abort(new Error("the end"));
    await expect(first).rejects.toThrow("the end");
    await fence.process(await small(), { directory });
  });
});

describe("a child", () => {
  test("that somebody killed says nothing about the photo", async () => {
    await using fence = new ImageFence();
    const processing = fence.process(await deep(false), { directory });
    process.kill(await working(fence), "SIGKILL");
    await expect(processing).rejects.toMatchObject({
      name: "ImageProcessError",
      message: "The image process ended by SIGKILL in the middle of a photo",
    });
  });

  test("that was killed while it rested is replaced", async () => {
    await using fence = new ImageFence();
    const path = await small();
    await fence.process(path, { directory });
    const [pid = 0] = fence.pids;
    process.kill(pid, "SIGKILL");
    await gone([pid]);
    await delay(50);
    await fence.process(path, { directory });
    expect(fence.pids).not.toContain(pid);
  });

  test("is ended with the fence", async () => {
    const fence = new ImageFence();
    await fence.process(await small(), { directory });
    const { pids } = fence;
    await fence[Symbol.asyncDispose]();
    await gone(pids);
  });

  test.runIf(showsUsage)("is what the kernel takes first, and knows no secrets", async () => {
    vi.stubEnv("RDS_PASSWORD", "secret");
    await using fence = new ImageFence();
    await fence.process(await small(), { directory });
    const [pid] = fence.pids;
    const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
    expect(read("oom_score_adj")).toBe("1000\n");
    expect(read("environ")).not.toContain("RDS_PASSWORD");
    vi.unstubAllEnvs();
  });
});

/** A parent that works on one photo for seconds, in a process group of its own. */
async function startParent(path: string) {
  const source = `
    const { ImageFence } = await import(${JSON.stringify(new URL("../index.ts", import.meta.url).href)});
    process.on("SIGINT", () => {});
    const fence = new ImageFence();
    const work = fence.process(${JSON.stringify(path)}, { directory: ${JSON.stringify(directory)} });
    const told = setInterval(() => {
      if (!fence.pids[0]) return;
      console.log(fence.pids[0]);
      clearInterval(told);
    }, 5);
    await work.then(() => console.log("ready"), (error) => console.log(error.reason ?? error.message));
    await fence[Symbol.asyncDispose]();
  `;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", source], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  parent.stdout.on("data", (data: Buffer) => lines.push(...data.toString().trim().split("\n")));
  await vi.waitFor(() => expect(lines).toHaveLength(1), { timeout: 10_000, interval: 5 });
  return { parent, child: Number(lines[0]), lines };
}

describe("the parent", () => {
  test("that is killed takes its child along, in the middle of a photo", async () => {
    const { parent, child } = await startParent(await deep(false));
    parent.kill("SIGKILL");
    await once(parent, "exit");
    await gone([child]);
  });

  test("decides about Ctrl-C, which reaches the child as well", async () => {
    const path = await store("large", await picture("camera photo held sideways").bytes());
    const { parent, lines } = await startParent(path);
    process.kill(-(parent.pid ?? 0), "SIGINT");
    await once(parent, "close");
    expect(lines.at(-1)).toBe("ready");
    expect((await readdir(directory)).length).toBeGreaterThan(1);
  });
});
