// For this machine only: everything here listens on 127.0.0.1, and https refuses these values.
export const CREDENTIALS = {
  accessKeyId: "AKIADEVELOPMENT00000",
  secretAccessKey: "development-secret-access-key",
};
export const SESSION_SECRETS = "development-session-secret-a-0123456789";
export const TOKEN_SECRETS = "development-token-secret-b-0123456789";
export const DATABASE_PASSWORD = "development-database-password";
/** The domain that the local SES takes as verified. */
export const MAIL_DOMAIN = "tendril.example";
