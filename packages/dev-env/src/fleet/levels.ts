export const levelNumbers = [0, 1, 2, 3, 4, 5, 6] as const;
/** How far the walk from one server to many has come. */
export type Level = (typeof levelNumbers)[number];

/** What differs between the levels: nothing but how the same bundles are configured. */
export type LevelPlan = {
  title: string;
  /** Servers at the start: web instances, each with what it does not share. */
  servers: number;
  /** What all servers have in common; of the rest each has its own. */
  shared: { database: boolean; sessions: boolean; photos: boolean; queues: boolean };
  /** CACHE of the bundles. */
  cache: boolean;
  /** Whether an auto scaler decides how many there are. */
  scaling: boolean;
  /** Workers at the start, in a tier of their own; null: each server runs one and its clock beside its web. */
  workers: number | null;
};

const nothing = { database: false, sessions: false, photos: false, queues: false };
const truth = { ...nothing, database: true };
const inS3 = { ...truth, sessions: true, photos: true };

export const levels: Readonly<Record<Level, LevelPlan>> = {
  0: {
    title: "One server that has everything to itself",
    servers: 1,
    shared: nothing,
    cache: false,
    scaling: false,
    workers: null,
  },
  1: {
    title: "Two servers that share the database alone",
    servers: 2,
    shared: truth,
    cache: false,
    scaling: false,
    workers: null,
  },
  2: {
    title: "Shared sessions",
    servers: 2,
    shared: { ...truth, sessions: true },
    cache: false,
    scaling: false,
    workers: null,
  },
  3: {
    title: "Photos in S3, shown by the CDN",
    servers: 2,
    shared: inS3,
    cache: false,
    scaling: false,
    workers: null,
  },
  4: {
    title: "As many servers as the traffic asks for",
    servers: 2,
    shared: inS3,
    cache: false,
    scaling: true,
    workers: null,
  },
  5: {
    title: "A shared cache",
    servers: 2,
    shared: inS3,
    cache: true,
    scaling: true,
    workers: null,
  },
  6: {
    title: "Queues, and a worker tier of its own",
    servers: 2,
    shared: { ...inS3, queues: true },
    cache: true,
    scaling: true,
    workers: 1,
  },
};
