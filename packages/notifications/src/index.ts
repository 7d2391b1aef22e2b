export * from "./channels.ts";
export * from "./digest-times.ts";
export * from "./unsubscribe.ts";
export * from "./window.ts";
export * from "./words.ts";
export * from "./push/endpoint.ts";
export * from "./push/vapid.ts";
