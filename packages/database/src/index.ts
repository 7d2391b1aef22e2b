export * from "./config.ts";
export {
  connectDatabase,
  isDatabaseAway,
  lagging,
  transaction,
  type Database,
  type DatabaseConnection,
} from "./database.ts";
export * from "./migrate.ts";
export * from "./tables/email-messages.ts";
export * from "./tables/gallery-version.ts";
export * from "./tables/jobs.ts";
export * from "./tables/photos.ts";
export * from "./tables/tokens.ts";
export * from "./tables/users.ts";
