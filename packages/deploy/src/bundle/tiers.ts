/** What is deployed together: a bundle, an environment. */
export const tiers = ["web", "worker"] as const;
export type Tier = (typeof tiers)[number];

export type TierFiles = {
  /** Folders of the app that go along as they are, and those whose TypeScript is compiled. */
  folders: readonly string[];
  /** Files of the app that belong to the root of the bundle. */
  files: readonly string[];
};

export const tierFiles: Record<Tier, TierFiles> = {
  web: { folders: ["src", "assets"], files: [] },
  worker: { folders: ["src"], files: ["cron.yaml", "tendril-ops"] },
};
