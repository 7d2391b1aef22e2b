export * from "./accepted.ts";
export * from "./config.ts";
export * from "./keys.ts";
export * from "./storage.ts";
export * from "./variants.ts";
