// For this machine only: everything here listens on 127.0.0.1, and https refuses these values.
export const CREDENTIALS = {
  accessKeyId: "AKIADEVELOPMENT00000",
  secretAccessKey: "development-secret-access-key",
};
export const SESSION_SECRETS = "development-session-secret-a-0123456789";
export const TOKEN_SECRETS = "development-token-secret-b-0123456789";
export const DATABASE_PASSWORD = "development-database-password";
/** The keys that sign pushes: a pair, of which the web tier knows the first alone. */
export const VAPID_KEYS = {
  publicKey:
    "BPJOH2g4keRSrg4u-73skSIJThhPRDCQy5vntir2yFtvu3fjKGy_wE2676Z8-nAEEmx2X4Z-xF1RgnFM0HNzIZM",
  privateKey: "development-vapid-private-key-0123456789abA",
};
/** The domain that the local SES takes as verified. */
export const MAIL_DOMAIN = "tendril.example";
