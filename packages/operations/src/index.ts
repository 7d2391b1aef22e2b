export * from "./actions.ts";
export * from "./context.ts";
