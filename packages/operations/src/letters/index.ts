export * from "./filter.ts";
export * from "./search.ts";
