export * from "./actions.ts";
export * from "./context.ts";
export * from "./jobs.ts";
export * from "./moment.ts";
export * from "./subjects.ts";
export * from "./history.ts";
export * from "./letters/index.ts";
export * from "./trace/index.ts";
