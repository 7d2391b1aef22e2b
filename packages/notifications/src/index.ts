export * from "./channels.ts";
export * from "./words.ts";
