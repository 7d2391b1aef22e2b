import { visitorAgent } from "./traffic.ts";

/** People who look at the front page and at photos on it, some a second, whatever the answers take. */
export interface Visitors extends Disposable {
  readonly perSecond: number;
  set(perSecond: number): void;
}

/** A second: enough to measure by, and few enough to watch. */
export const someVisitors = 2;
/** More than so many wait for an answer on no site: they go. */
const mostWaiting = 100;
const patienceMs = 30_000;
/** Every so many requests one is for a photo. */
const photoEvery = 4;

export function inviteVisitors(url: string): Visitors {
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let perSecond = 0;
  let waiting = 0;
  let count = 0;
  let photos: string[] = [];

  const look = async (path: string) => {
    const response = await fetch(`${url}${path}`, {
      headers: { "user-agent": visitorAgent },
      signal: AbortSignal.any([closing.signal, AbortSignal.timeout(patienceMs)]),
    });
    const text = await response.text();
    if (path === "/" && response.ok)
      photos = [...text.matchAll(/href="(\/photos\/[\w-]+)"/g)].map(([, href = "/"]) => href);
  };
  const visit = () => {
    if (waiting >= mostWaiting) return;
    count += 1;
    const photo = photos[count % Math.max(1, photos.length)];
    waiting += 1;
    void look(count % photoEvery === 0 && photo !== undefined ? photo : "/")
      .catch(() => {})
      .finally(() => (waiting -= 1));
  };
  return {
    get perSecond() {
      return perSecond;
    },
    set(rate) {
      perSecond = rate;
      clearInterval(timer);
      timer = rate > 0 ? setInterval(visit, 1_000 / rate).unref() : undefined;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      closing.abort();
    },
  };
}
