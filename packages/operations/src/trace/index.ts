export * from "./axis.ts";
export * from "./offset.ts";
export * from "./origin.ts";
export * from "./results.ts";
export { type Span, type SpanKind } from "./spans.ts";
export * from "./trace.ts";
