import { seconds } from "@tendril/runtime";

import { doubtful, fine, type Check, type Finding } from "../check.ts";
import { explainNetwork } from "../explain/network.ts";
import { unexpected } from "../explain/unexpected.ts";
import { checkWith } from "./readable.ts";

/** Goes the way that people go. Before the first deployment nothing is there, so it is never more than a doubt. */
export function checkPublicUrl(read: () => { publicUrl: string }): Check {
  return checkWith("public address", read, ({ publicUrl }) => look(new URL("/health", publicUrl)));
}

async function look(url: URL): Promise<Finding[]> {
  const { host, hostname, port, protocol } = url;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(seconds(5)) });
    await answer.body?.cancel();
    if (answer.status === 200) return [fine(`${host} answers`)];
    return [
      doubtful({
        says: `${host} answers ${answer.status}`,
        cure: "502 to 504: the load balancer has no healthy instance (look at the environment's health). Else another server has this name.",
      }),
    ];
  } catch (error) {
    const place = {
      what: "the load balancer",
      host: hostname,
      port: Number(port) || (protocol === "https:" ? 443 : 80),
      variable: "PUBLIC_URL, and the name's record in DNS",
      authority: "The load balancer's certificate has to come from ACM, for this very name.",
    };
    return [doubtful(explainNetwork(error, place) ?? unexpected(error))];
  }
}
