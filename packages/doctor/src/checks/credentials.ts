import { connectStorage, storageConfig, storageVariables } from "@tendril/storage";
import { isLoopback, readEnvironment, seconds, type Environment } from "@tendril/runtime";

import { doubtful, fine, wrong, type Check } from "../check.ts";
import { explainAws } from "../explain/aws.ts";
import { unexpected } from "../explain/unexpected.ts";
import { checkWith } from "./readable.ts";

/** Where requests to AWS get their signature from; AWS itself is not asked. */
export function checkCredentials(environment: Environment): Check {
  const read = () => storageConfig(readEnvironment(environment, storageVariables), 1);
  return checkWith("AWS credentials", read, async (config) => {
    using storage = connectStorage(config);
    try {
      const { sessionToken, expiration } = await storage.s3.config.credentials();
      if (expiration && expiration.getTime() < Date.now() + seconds(30))
        return [
          wrong({
            says: `they run out at ${expiration.toISOString()}`,
            cure: "Sign in again (`aws sso login`); on an instance look at its clock (`date -u`).",
          }),
        ];
      const host = URL.parse(environment["PUBLIC_URL"] ?? "")?.hostname ?? "";
      if (sessionToken === undefined && !isLoopback(host))
        return [
          doubtful({
            says: "they are found, and never run out",
            cure: "Instances take those of their role, which change by themselves: unset AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
          }),
        ];
      return [fine(`found, region ${config.region}`)];
    } catch (error) {
      const call = { service: "AWS", region: config.region, action: "", resource: "" };
      return [wrong(explainAws(error, call) ?? unexpected(error))];
    }
  });
}
