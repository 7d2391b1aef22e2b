import { setTimeout as delay } from "node:timers/promises";

import { createClient } from "../client/client.ts";
import { makeRequests, type Requests } from "./requests.ts";

/** Load that flows until it is stopped; stopping waits for the requests in progress. */
export type Load = Requests & { stop(): Promise<void> };

const memberCount = 4;

/** Everybody does one thing after the other, with a pause: as fast as the site answers, and no faster. */
export async function startLoad(url: string): Promise<Load> {
  const requests = await makeRequests(url);
  const members = Array.from({ length: memberCount }, () => createClient(url));
  for (const [index, member] of members.entries()) await member.signUp(`member-${index + 1}`);
  const stopping = new AbortController();
  const again = async (pauseMs: number, work: () => Promise<void>) => {
    while (!stopping.signal.aborted) {
      await work();
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const flows = [
    again(50, () => requests.visit()),
    again(50, () => requests.visit()),
    again(5_000, () => requests.signUp()),
    ...members.flatMap((member) => [
      again(300, () => requests.lookAtOwn(member)),
      again(1_500, () => requests.upload(member)),
      again(2_000, () => requests.comment(member)),
    ]),
  ];
  return {
    ...requests,
    async stop() {
      stopping.abort();
      await Promise.all(flows);
    },
  };
}
