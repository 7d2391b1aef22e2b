export * from "./channels.ts";
export * from "./digest-times.ts";
export * from "./words.ts";
