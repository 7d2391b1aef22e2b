import { cpuMs } from "./cpu.ts";
import { load } from "./load.ts";
import { record } from "./record.ts";

export type TurnSettings = { rounds: number; seconds: number; connections: number };

export type Course = {
  pid: number;
  url: string;
  headers: Record<string, string>;
  /** Whatever else is answered ends the measurement. */
  status: number;
};

export type Measured = {
  /** Requests; the median of the rounds. */
  perSecond: number;
  lowest: number;
  highest: number;
  /** The server's processor time for one request, in microseconds; the median. */
  cpuMicros: number;
  /** Of one core, that the server used; below 1 something else was the limit. */
  busy: number;
};

/** Round by round, each of the courses for some seconds, after a first round that does not count. */
export async function measureInTurns<Name extends string>(
  courses: ReadonlyMap<Name, Course>,
  { rounds, seconds, connections }: TurnSettings,
  say: (line: string) => void,
): Promise<Map<Name, Measured>> {
  const turns = new Map<Name, Turn[]>([...courses.keys()].map((name) => [name, []]));
  say("Warming up …");
  for (const [name, course] of courses) await takeTurn(name, course, { seconds: 1, connections });
  for (let round = 1; round <= rounds; round++) {
    say(`Round ${round} of ${rounds} …`);
    for (const [name, course] of courses)
      turns.get(name)?.push(await takeTurn(name, course, { seconds, connections }));
  }
  return new Map([...turns].map(([name, taken]) => [name, sumUp(taken)]));
}

type Turn = { perSecond: number; cpuMicros: number; busy: number };

async function takeTurn(
  name: string,
  { pid, url, headers, status }: Course,
  settings: Omit<TurnSettings, "rounds">,
): Promise<Turn> {
  const cpuBefore = cpuMs(pid);
  const result = await load(url, headers, settings);
  const cpu = cpuMs(pid) - cpuBefore;
  const answer = await record(url, headers);
  if (answer.status !== status) throw new Error(`${name} is answered with ${answer.status}`);
  return {
    perSecond: result.requests / result.seconds,
    cpuMicros: (cpu * 1_000) / result.requests,
    busy: cpu / 1_000 / result.seconds,
  };
}

function sumUp(turns: readonly Turn[]): Measured {
  const perSecond = turns.map((turn) => turn.perSecond);
  return {
    perSecond: median(perSecond),
    lowest: Math.min(...perSecond),
    highest: Math.max(...perSecond),
    cpuMicros: median(turns.map((turn) => turn.cpuMicros)),
    busy: median(turns.map((turn) => turn.busy)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}
