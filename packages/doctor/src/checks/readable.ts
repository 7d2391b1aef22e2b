import { ConfigError } from "@tendril/runtime";

import { unknown, type Check, type Finding } from "../check.ts";

/** A check whose own settings are wrong looks at nothing; what is wrong with them is said once, by the settings. */
export function checkWith<Config>(
  name: string,
  read: () => Config,
  look: (config: Config) => Promise<Finding[]>,
): Check {
  return {
    name,
    async look() {
      let config: Config;
      try {
        config = read();
      } catch (error) {
        const names =
          error instanceof ConfigError
            ? error.mistakes.map(({ variable }) => variable)
            : ["RDS_CA"];
        return [unknown(`not looked at; to be put right first: ${names.join(", ")}`)];
      }
      return look(config);
    },
  };
}
