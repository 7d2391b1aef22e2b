export * from "./accepted.ts";
export {
  lookAtOriginal,
  restoredDays,
  restoreOriginal,
  type ArchiveClass,
  type OriginalState,
} from "./archive.ts";
export * from "./asset-files.ts";
export * from "./config.ts";
export * from "./failure-words.ts";
export * from "./incoming.ts";
export * from "./keys.ts";
export * from "./originals.ts";
export { connectStorage, probeStorage, type Storage } from "./storage.ts";
export * from "./variant-files.ts";
export * from "./variants.ts";
