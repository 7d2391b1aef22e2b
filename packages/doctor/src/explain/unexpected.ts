import { messageOf } from "@tendril/runtime";

const longest = 200;

/** What nothing here knows: its own words, and no guess. */
export function unexpected(error: unknown): { says: string; cure: string } {
  const [line = ""] = messageOf(error).trim().split("\n", 1);
  return {
    says: line.slice(0, longest) || "failed without a word",
    cure: "The doctor does not know this one; the words are those of the library that was asked.",
  };
}
