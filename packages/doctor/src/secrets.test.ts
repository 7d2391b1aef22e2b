import { expect, test } from "vitest";

import { hideSecrets } from "./secrets.ts";

test("secrets are kept out of whatever a library says", () => {
  const environment = {
    RDS_PASSWORD: "hunter2",
    SESSION_SECRETS: "newest-secret, older-secret",
    AWS_SECRET_ACCESS_KEY: "aws-key",
    VAPID_PRIVATE_KEY: "vapid-key",
    REDIS_URL: "rediss://user:p%40ss@redis.example:6379",
    RDS_HOSTNAME: "db.example",
  };
  const text = "hunter2 older-secret newest-secret aws-key vapid-key p%40ss p@ss db.example";
  const kept = "[kept out]";
  expect(hideSecrets(text, environment)).toBe(`${Array(7).fill(kept).join(" ")} db.example`);
});
