/** The daemon's options in the namespace aws:elasticbeanstalk:sqsd, in its units: seconds. */
export type SqsdSettings = {
  HttpPath: string;
  MimeType: string;
  /** Requests to the app at a time. */
  HttpConnections: number;
  ConnectTimeout: number;
  /** How long the app may take for its answer. */
  InactivityTimeout: number;
  VisibilityTimeout: number;
  /** When a message comes back after any answer but 200. */
  ErrorVisibilityTimeout: number;
  RetentionPeriod: number;
};

/** What the platform takes when nothing is said. */
export const platformDefaults: SqsdSettings = {
  HttpPath: "/",
  MimeType: "application/json",
  HttpConnections: 50,
  ConnectTimeout: 5,
  InactivityTimeout: 299,
  VisibilityTimeout: 300,
  ErrorVisibilityTimeout: 2,
  RetentionPeriod: 345_600,
};
