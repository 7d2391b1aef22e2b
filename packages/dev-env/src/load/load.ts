import { setTimeout as delay } from "node:timers/promises";

import { createClient, type Page } from "../client/client.ts";
import { makeRequests, type Member, type Requests } from "./requests.ts";

/** Load that flows until it is stopped; stopping waits for the requests in progress. */
export type Load = Requests & { stop(): Promise<void> };

export type LoadOptions = {
  url: string;
  members: readonly Member[];
  /** From one address 60 people an hour may sign up. */
  newcomerEveryMs?: number;
  onPage?: (page: Page) => void;
};

const memberCount = 4;
/** So often forms are sent again that nobody has answered when the load ends. */
const lastTries = 30;

export async function signUpMembers(url: string): Promise<Member[]> {
  const names = Array.from({ length: memberCount }, (_, n) => `member-${n + 1}`);
  const members = names.map((username) => ({ username, client: createClient(url) }));
  for (const { username, client } of members) await client.signUp(username);
  return members;
}

/** Everybody does one thing after the other, with a pause: as fast as the site answers, and no faster. */
export async function startLoad({
  url,
  members,
  newcomerEveryMs = 5_000,
  onPage,
}: LoadOptions): Promise<Load> {
  const requests = await makeRequests(url, onPage);
  const stopping = new AbortController();
  const again = async (pauseMs: number, work: () => Promise<void>) => {
    while (!stopping.signal.aborted) {
      await work();
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const [first] = members;
  const signUp = () => requests.signUp();
  const forms = members.flatMap((member) => [
    () => requests.upload(member),
    () => requests.uploadDirectly(member),
    () => requests.react(member),
  ]);
  const flows = [
    again(100, () => requests.visit()),
    again(100, () => requests.visit()),
    again(newcomerEveryMs, signUp),
    ...(first ? [again(3_000, () => requests.signIn(first))] : []),
    ...members.map((member) => again(500, () => requests.lookAtOwn(member))),
    ...forms.map((form) => again(3_000, form)),
  ];
  return {
    ...requests,
    get unanswered() {
      return requests.unanswered;
    },
    async stop() {
      stopping.abort();
      await Promise.all(flows);
      for (let tries = 0; requests.unanswered > 0 && tries < lastTries; tries++) {
        for (const send of [signUp, ...forms]) await send();
        await delay(200);
      }
    },
  };
}
