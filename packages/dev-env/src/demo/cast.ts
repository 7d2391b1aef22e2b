export { PASSWORD as DEMO_PASSWORD } from "../client/client.ts";

/** The people of the demo: whoever shows something shows it with them. */
export const CAST = [
  { name: "ada", role: "operator" },
  { name: "bruno", role: "owner" },
  { name: "chiara", role: "friend" },
  { name: "dag", role: "stranger" },
] as const;

export type CastName = (typeof CAST)[number]["name"];
