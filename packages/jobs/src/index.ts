export * from "./catalogue.ts";
export * from "./config.ts";
export * from "./dispatcher.ts";
export * from "./ledger.ts";
export * from "./message.ts";
export * from "./outbox.ts";
export * from "./queues.ts";
export * from "./relay.ts";
