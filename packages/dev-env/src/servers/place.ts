import type { Household } from "../process/household.ts";

/** Where a server keeps its things, and who makes sure that it ends. */
export type Place = {
  dataDir: string;
  logDir: string;
  household: Household;
};
