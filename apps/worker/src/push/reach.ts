import { Resolver } from "node:dns/promises";
import type { LookupFunction } from "node:net";

import { isPublicAddress } from "@tendril/notifications";
import { messageOf } from "@tendril/runtime";

export type Address = { address: string; family: 4 | 6 };
export type Resolve = (host: string) => Promise<readonly Address[]>;

/** Where connections may go to, and how names are looked up for them. */
export type Reach = {
  lookup?: LookupFunction;
  allows(address: string | undefined): boolean;
};

/** A stranger's address leads to where only we can go. */
export class InsideAddressError extends Error {
  override readonly name = "InsideAddressError";
}

/**
 * Public addresses alone. What was looked at is what is connected to: a name that leads elsewhere a
 * moment later is looked at again then.
 */
export function publicReach(resolve: Resolve = resolveByDns()): Reach {
  const look = async (host: string): Promise<[Address, ...Address[]]> => {
    const found = await resolve(host);
    const [first, ...others] = found.filter(({ address }) => isPublicAddress(address));
    if (!first) throw new InsideAddressError(`${host} leads to a private network`);
    return [first, ...others];
  };
  return {
    allows: (address) => address !== undefined && isPublicAddress(address),
    lookup: async (host, options, done) => {
      try {
        const found = await look(host);
        if (options.all) done(null, found);
        else done(null, found[0].address, found[0].family);
      } catch (error) {
        done(error instanceof Error ? error : new Error(messageOf(error)), "");
      }
    },
  };
}

/** Development: the local push service is on this machine. */
export const anyReach: Reach = { allows: () => true };

/** Not the system's way: that blocks one of four threads of the process for as long as a name server likes. */
function resolveByDns(): Resolve {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return async (host) => {
    const [four, six] = await Promise.allSettled([
      resolver.resolve4(host),
      resolver.resolve6(host),
    ]);
    if (four.status === "rejected" && six.status === "rejected") throw four.reason;
    const found = ({ family, answer }: { family: 4 | 6; answer: typeof four }) =>
      answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];
    return [...found({ family: 4, answer: four }), ...found({ family: 6, answer: six })];
  };
}
