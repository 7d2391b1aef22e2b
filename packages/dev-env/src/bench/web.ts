import { availableParallelism } from "node:os";

import { until } from "../wait.ts";
import { record, type Recorded } from "./record.ts";
import { forwarded, openWebGround, type Site } from "./web-ground.ts";
import { measureInTurns, type Course, type Measured, type TurnSettings } from "./web-turns.ts";

export type WebReport = {
  cores: number;
  settings: TurnSettings;
  bytes: { plain: number; br: number };
  courses: Record<CourseName, Measured>;
  goals: { what: string; value: number; goal: string; reached: boolean }[];
};

const sizes = { few: 1_000, many: 100_000 };

type CourseName = keyof Awaited<ReturnType<typeof prepareCourses>>["courses"];

/** All servers run from the beginning to the end and are measured in turns: what disturbs one disturbs all. */
export async function benchWeb(
  settings: TurnSettings,
  say: (line: string) => void,
): Promise<WebReport> {
  say(`Preparing galleries of ${sizes.few} and of ${sizes.many} photos …`);
  await using ground = await openWebGround(sizes);
  const { courses, bytes } = await prepareCourses(ground);
  const measured = await measureInTurns(courses, settings, say);
  return {
    cores: availableParallelism(),
    settings,
    bytes,
    courses: measured,
    goals: judge((name) => measured[name].perSecond),
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
    "/plain": keep(plain, ["content-type"]),
    "/br": keep(br, ["content-type", "content-encoding"]),
    "/304": keep(await record(few.url, ifChanged), ["etag"]),
  });
  const course = (site: Site, path: string, headers: Headers, status = 200): Course => ({
    pid: site.pid,
    url: site.url + path,
    headers,
    status,
  });
  return {
    bytes: { plain: plain.body.length, br: br.body.length },
    courses: {
      raw: course(raw, "/br", browser),
      page: course(few, "/", browser),
      rawPlain: course(raw, "/plain", forwarded),
      pagePlain: course(few, "/", forwarded),
      raw304: course(raw, "/304", ifChanged, 304),
      page304: course(few, "/", ifChanged, 304),
      signedIn: course(few, "/", { ...browser, cookie }),
      pageOfMany: course(many, "/", browser),
      cacheOff: course(off, "/", browser),
      cacheOffMany: course(offMany, "/", browser),
    },
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

function keep({ status, headers, body }: Recorded, names: readonly string[]) {
  const kept = names.map((name) => [name, headers[name] ?? ""]);
  const length = status === 304 ? [] : [["content-length", String(body.length)]];
  return {
    status,
    headers: Object.fromEntries([...kept, ...length]),
    body: body.toString("base64"),
  };
}

function judge(perSecond: (name: CourseName) => number) {
  const atLeast = (what: string, value: number, least: number) => ({
    what,
    value,
    goal: `≥ ${least}`,
    reached: value >= least,
  });
  const atMost = (what: string, value: number, most: number) => ({
    what,
    value,
    goal: `≤ ${most}`,
    reached: value <= most,
  });
  const share = (one: CourseName, other: CourseName) => perSecond(one) / perSecond(other);
  return [
    atLeast("a visitor's page, of raw node:http", share("page", "raw"), 0.5),
    atLeast("the same, not compressed", share("pagePlain", "rawPlain"), 0.5),
    atLeast("304, of raw node:http answering 304", share("page304", "raw304"), 0.65),
    atLeast("a signed-in person's page, of raw", share("signedIn", "rawPlain"), 0.2),
    atMost("time for a page with many photos, of few", share("page", "pageOfMany"), 1.1),
    atMost("the same with CACHE=off", share("cacheOff", "cacheOffMany"), 1.1),
  ];
}
