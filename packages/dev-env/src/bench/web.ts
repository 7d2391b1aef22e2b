import { availableParallelism } from "node:os";

import { until } from "../wait.ts";
import { record, type Recorded } from "./record.ts";
import { forwarded, openWebGround, type Site } from "./web-ground.ts";
import { measureInTurns, type Course, type Measured, type TurnSettings } from "./web-turns.ts";

export type WebReport = {
  cores: number;
  settings: TurnSettings;
  /** Photos in the two galleries. */
  sizes: { few: number; many: number };
  bytes: { plain: number; br: number };
  courses: ({ name: CourseName } & Measured)[];
  /** `byCpu`: the same ratio of the processor time for one request, which other programs disturb less. */
  goals: { what: string; value: number; byCpu: number; goal: string; reached: boolean }[];
};

const sizes = { few: 1_000, many: 100_000 };

/** What is measured, in the order of its turns. */
export const courseTitles = {
  raw: "raw node:http, the same bytes (br)",
  page: "a visitor's page (br)",
  rawPlain: "raw node:http, not compressed",
  pagePlain: "a visitor's page, not compressed",
  raw304: "raw node:http, the same 304",
  page304: "a visitor who holds it (304)",
  signedIn: "a signed-in person's page",
  pageOfMany: "a visitor's page of the larger gallery",
  cacheOff: "CACHE=off: database and templates",
  cacheOffMany: "CACHE=off in the larger gallery",
};
export type CourseName = keyof typeof courseTitles;

/** All servers run from the beginning to the end and are measured in turns: what disturbs one disturbs all. */
export async function benchWeb(
  { rounds, seconds, connections }: TurnSettings,
  say: (line: string) => void,
): Promise<WebReport> {
  say(`Preparing galleries of ${sizes.few} and of ${sizes.many} photos …`);
  await using ground = await openWebGround(sizes);
  const { courses, bytes } = await prepareCourses(ground);
  const measured = await measureInTurns(courses, { rounds, seconds, connections }, say);
  return {
    cores: availableParallelism(),
    settings: { rounds, seconds, connections },
    sizes,
    bytes,
    courses: [...measured].map(([name, each]) => ({ name, ...each })),
    goals: judge(measured),
  };
}

type Headers = Record<string, string>;
/** What a browser sends, behind nginx. */
const browser = { ...forwarded, "accept-encoding": "gzip, deflate, br, zstd" };

async function prepareCourses(ground: Awaited<ReturnType<typeof openWebGround>>) {
  const few = await ground.startWeb("few");
  const many = await ground.startWeb("many");
  const off = await ground.startWeb("few", { CACHE: "off" });
  const offMany = await ground.startWeb("many", { CACHE: "off" });
  const cookie = await ground.signIn(few);

  const plain = await record(few.url, forwarded);
  const br = await untilCompressed(few);
  await untilCompressed(many);
  const ifChanged = { ...browser, "if-none-match": br.headers["etag"] ?? "" };
  const raw = await ground.startRaw({
    "/plain": repeat(plain),
    "/br": repeat(br),
    "/304": repeat(await record(few.url, ifChanged)),
  });
  const course = (site: Site, path: string, headers: Headers, status = 200): Course => ({
    pid: site.pid,
    url: site.url + path,
    headers,
    status,
  });
  return {
    bytes: { plain: plain.body.length, br: br.body.length },
    courses: new Map<CourseName, Course>([
      ["raw", course(raw, "/br", browser)],
      ["page", course(few, "/", browser)],
      ["rawPlain", course(raw, "/plain", forwarded)],
      ["pagePlain", course(few, "/", forwarded)],
      ["raw304", course(raw, "/304", ifChanged, 304)],
      ["page304", course(few, "/", ifChanged, 304)],
      ["signedIn", course(few, "/", { ...browser, cookie })],
      ["pageOfMany", course(many, "/", browser)],
      ["cacheOff", course(off, "/", browser)],
      ["cacheOffMany", course(offMany, "/", browser)],
    ]),
  };
}

/** Pages are compressed in the background. */
function untilCompressed({ url }: Site): Promise<Recorded> {
  return until(
    async () => {
      const answer = await record(url, browser);
      return answer.headers["content-encoding"] === "br" ? answer : undefined;
    },
    { timeout: 10_000, failure: () => "The page is not compressed" },
  );
}

/** To the byte, but for those headers that Node adds to every answer. */
function repeat({ status, headers, body }: Recorded) {
  const { date: _date, connection: _connection, "keep-alive": _keepAlive, ...kept } = headers;
  return { status, headers: kept, body: body.toString("base64") };
}

function judge(measured: ReadonlyMap<CourseName, Measured>) {
  const compare = (what: string, name: CourseName, otherName: CourseName) => {
    const [one, other] = [measured.get(name), measured.get(otherName)];
    return {
      what,
      value: (one?.perSecond ?? NaN) / (other?.perSecond ?? NaN),
      byCpu: (other?.cpuMicros ?? NaN) / (one?.cpuMicros ?? NaN),
    };
  };
  const atLeast = (least: number, compared: ReturnType<typeof compare>) => ({
    ...compared,
    goal: `≥ ${least}`,
    reached: compared.value >= least,
  });
  const atMost = (most: number, compared: ReturnType<typeof compare>) => ({
    ...compared,
    goal: `≤ ${most}`,
    reached: compared.value <= most,
  });
  return [
    atLeast(0.5, compare("a visitor's page, of raw node:http", "page", "raw")),
    atLeast(0.5, compare("the same, not compressed", "pagePlain", "rawPlain")),
    atLeast(0.65, compare("304, of raw node:http sending the page", "page304", "raw")),
    atLeast(0.65, compare("304, of raw node:http sending the same 304", "page304", "raw304")),
    atLeast(0.2, compare("a signed-in person's page, of raw", "signedIn", "rawPlain")),
    atMost(1.1, compare("time for a page of the larger gallery", "page", "pageOfMany")),
    atMost(1.1, compare("the same with CACHE=off", "cacheOff", "cacheOffMany")),
  ];
}
