export * from "./cron-file.ts";
export * from "./load-schedule.ts";
export * from "./missed-ticks.ts";
export * from "./routes.ts";
export * from "./tasks.ts";
