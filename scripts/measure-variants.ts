/** Measures what photo variants cost, so that docs/adr/0003-photo-variants.md can be checked again. */
import { execFile } from "node:child_process";
import { mkdtempDisposable, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { decode } from "../apps/worker/src/images/decode.ts";
import { inspect, type Photo } from "../apps/worker/src/images/inspect.ts";
import { sharp } from "../apps/worker/src/images/libvips.ts";
import { processImage } from "../apps/worker/src/images/process-image.ts";
import { fromSharp, toSharp, type Pixels } from "../apps/worker/src/images/pixels.ts";
import { variantSizes } from "../apps/worker/src/images/variant-sizes.ts";
import { likeness } from "./image-likeness.ts";

const help = `node scripts/measure-variants.ts [--json] [--repeat 3] [--only TEXT] FILES…

For each setting, in a process of its own: CPU milliseconds per photo (the best of the repeats), kilobytes per
photo, likeness to the uncompressed picture at 1280 pixels (PSNR in dB and SSIM, of brightness), and the peak of
memory in MB of a process that does the first file once, Node included. "whole" rows hold everything, the
others leave out decoding and shrinking.
Good photographs: 12 megapixels and more, from Debian's packages gnome-backgrounds and lomiri-wallpapers-*.
`;

type Encode = (pixels: Pixels) => Promise<Buffer>;
type Setting = {
  name: string;
  widths: readonly number[];
  encode: Encode;
  whole?: "shipped" | "chained" | "each";
  threads?: number;
};
type Row = {
  name: string;
  cpu: number;
  wall: number;
  kilobytes: number;
  psnr: number;
  ssim: number;
  megabytes: number;
};

const all = [320, 640, 1280, 2048];
const webp =
  (effort: number, quality: number): Encode =>
  (pixels) =>
    toSharp(pixels).webp({ effort, quality }).toBuffer();
const avif =
  (effort: number, quality: number): Encode =>
  (pixels) =>
    toSharp(pixels).avif({ effort, quality }).toBuffer();
const jpeg =
  (mozjpeg: boolean, quality: number): Encode =>
  (pixels) =>
    toSharp(pixels).jpeg({ mozjpeg, quality }).toBuffer();

const settings: Setting[] = [
  { name: "whole, as shipped", widths: all, encode: webp(2, 80), whole: "shipped" },
  { name: "whole, each from the next larger", widths: all, encode: webp(2, 80), whole: "chained" },
  { name: "whole, each from the original", widths: all, encode: webp(2, 80), whole: "each" },
  {
    name: "whole, chained, 2 threads a picture",
    widths: all,
    encode: webp(2, 80),
    whole: "chained",
    threads: 2,
  },
  ...[0, 1, 2, 3, 4, 5, 6].map((effort) => ({
    name: `webp effort ${effort} quality 80`,
    widths: all,
    encode: webp(effort, 80),
  })),
  ...[70, 75, 85].map((quality) => ({
    name: `webp effort 2 quality ${quality}`,
    widths: all,
    encode: webp(2, quality),
  })),
  ...[0, 1, 2, 3, 4].map((effort) => ({
    name: `avif effort ${effort} quality 55`,
    widths: all,
    encode: avif(effort, 55),
  })),
  ...[76, 80, 84].map((quality) => ({
    name: `jpeg quality ${quality}`,
    widths: [1280],
    encode: jpeg(false, quality),
  })),
  { name: "jpeg quality 80 mozjpeg", widths: [1280], encode: jpeg(true, 80) },
];

const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean" },
    json: { type: "boolean" },
    repeat: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    setting: { type: "string" },
    peak: { type: "boolean" },
  },
});

if (options.help || files.length === 0) {
  console.log(help);
  process.exitCode = options.help ? 0 : 2;
} else if (options.setting) {
  const setting = settings.find(({ name }) => name === options.setting);
  sharp.concurrency(setting?.threads ?? 1);
  if (setting)
    console.log(JSON.stringify(options.peak ? await peak(setting) : await measure(setting)));
} else {
  const rows: Row[] = [];
  for (const { name } of settings.filter((each) => each.name.includes(options.only))) {
    if (!options.json) process.stderr.write(`${name} …\n`);
    rows.push(await measureApart(name));
  }
  console.log(options.json ? JSON.stringify(rows, null, 2) : table(rows));
}

async function measureApart(name: string): Promise<Row> {
  const script = [import.meta.filename, "--setting", name, "--repeat", options.repeat];
  const run = promisify(execFile);
  const costs = await run(process.execPath, [...script, ...files]);
  const memory = await run(process.execPath, [...script, "--peak", ...files.slice(0, 1)]);
  return { ...JSON.parse(costs.stdout), megabytes: JSON.parse(memory.stdout) };
}

async function peak(setting: Setting): Promise<number> {
  for (const file of files) {
    const photo = await inspect(file);
    await make(photo, setting);
  }
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

async function measure(setting: Setting): Promise<Omit<Row, "megabytes">> {
  if (setting.threads) sharp.concurrency(setting.threads);
  const sum = { cpu: 0, wall: 0, kilobytes: 0, psnr: 0, ssim: 0 };
  for (const file of files) {
    const photo = await inspect(file);
    const source = setting.whole
      ? undefined
      : await pixelsOf(photo, sizesOf(photo, setting), "chained");
    const runs: Awaited<ReturnType<typeof clocked<Made[]>>>[] = [];
    for (let run = 0; run < Number(options.repeat); run++) {
      runs.push(await clocked(() => (source ? encodeAll(source, setting) : make(photo, setting))));
    }
    const [sample] = runs;
    sum.cpu += Math.min(...runs.map(({ cpu }) => cpu));
    sum.wall += Math.min(...runs.map(({ wall }) => wall));
    sum.kilobytes +=
      (sample?.result ?? []).reduce((total, { encoded }) => total + encoded.length, 0) / 1024;
    const shown = sample?.result.find(({ width }) => width === 1280);
    if (!shown) throw new Error(`${file} is narrower than 1280 pixels`);
    const reference = source?.find(({ width }) => width === 1280) ?? (await decode(photo, shown));
    const { psnr, ssim } = likeness(reference, await fromSharp(sharp(shown.encoded)));
    sum.psnr += psnr;
    sum.ssim += ssim;
  }
  const mean = (value: number, digits: number) => Number((value / files.length).toFixed(digits));
  return {
    name: setting.name,
    cpu: mean(sum.cpu, 0),
    wall: mean(sum.wall, 0),
    kilobytes: mean(sum.kilobytes, 0),
    psnr: mean(sum.psnr, 2),
    ssim: mean(sum.ssim, 4),
  };
}

type Made = { width: number; height: number; encoded: Buffer };

async function make(photo: Photo, setting: Setting): Promise<Made[]> {
  if (setting.whole !== "shipped") {
    return encodeAll(await pixelsOf(photo, sizesOf(photo, setting), setting.whole), setting);
  }
  await using directory = await mkdtempDisposable(join(tmpdir(), "variants-"));
  const { variants } = await processImage(photo.path, { directory: directory.path });
  const made = variants.filter(({ contentType }) => contentType === "image/webp");
  return Promise.all(
    made.map(async ({ path, width, height }) => ({ width, height, encoded: await readFile(path) })),
  );
}

type Sizes = ReturnType<typeof variantSizes>;

function sizesOf(photo: Photo, setting: Setting): Sizes {
  return variantSizes(photo.size).filter(({ width }) => setting.widths.includes(width));
}

async function pixelsOf(photo: Photo, sizes: Sizes, way: Setting["whole"]): Promise<Pixels[]> {
  const made: Pixels[] = [];
  for (const size of sizes) {
    const larger = way === "each" ? undefined : made.at(-1);
    const { width, height } = size;
    made.push(
      larger
        ? await fromSharp(toSharp(larger).resize(width, height, { fit: "fill" }))
        : await decode(photo, size),
    );
  }
  return made;
}

async function encodeAll(pictures: Pixels[], { encode, whole }: Setting): Promise<Made[]> {
  const done: Made[] = [];
  for (const pixels of pictures) {
    const { width, height } = pixels;
    done.push({ width, height, encoded: await encode(pixels) });
    if (whole && pixels.width === 1280) await jpeg(false, 76)(pixels);
  }
  return done;
}

async function clocked<Result>(work: () => Promise<Result>) {
  const start = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, cpu: (user + system) / 1000, wall: performance.now() - start };
}

function table(rows: Row[]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
  const heads = ["setting", "CPU ms", "wall ms", "KB", "PSNR", "SSIM", "peak MB"];
  const body = rows.map((row) =>
    line([row.name, row.cpu, row.wall, row.kilobytes, row.psnr, row.ssim, row.megabytes]),
  );
  return [
    line(heads),
    line(heads.map((_, column) => (column === 0 ? "---" : "---:"))),
    ...body,
  ].join("\n");
}
