import type { CastName } from "./cast.ts";

/** Who follows whom. */
export const FOLLOWS: readonly (readonly [CastName, CastName])[] = [
  ["ada", "bruno"],
  ["ada", "chiara"],
  ["bruno", "chiara"],
  ["chiara", "bruno"],
  ["chiara", "ada"],
  ["dag", "bruno"],
];

/** Who likes what, by its file in the album. */
export const LIKES: readonly (readonly [CastName, string])[] = [
  ["ada", "aitzgorri.jpg"],
  ["chiara", "aitzgorri.jpg"],
  ["dag", "aitzgorri.jpg"],
  ["chiara", "picos-de-europa.jpg"],
  ["ada", "dragonfly.jpg"],
  ["bruno", "dragonfly.jpg"],
  ["ada", "friends.jpg"],
  ["chiara", "friends.jpg"],
  ["dag", "friends.jpg"],
  ["bruno", "bridge.jpg"],
  ["bruno", "fig.jpg"],
  ["chiara", "nuthatch.jpg"],
];

type DemoComment = { by: CastName; on: string; text: string };

/** In the order in which they are said. */
export const COMMENTS: readonly DemoComment[] = [
  { by: "ada", on: "friends.jpg", text: "Which of the two barks first?" },
  { by: "bruno", on: "friends.jpg", text: "The left one. The right one only listens, @ada." },
  {
    by: "chiara",
    on: "aitzgorri.jpg",
    text: "The larches! Was this the week after the first frost?",
  },
  {
    by: "bruno",
    on: "aitzgorri.jpg",
    text: "Two days after it. A week later they had all dropped.\n\n@dag, this is the ridge I told you about.",
  },
  { by: "dag", on: "aitzgorri.jpg", text: "I can see why you went up twice." },
  { by: "bruno", on: "dragonfly.jpg", text: "How close could you get, @chiara?" },
  { by: "chiara", on: "dragonfly.jpg", text: "About an arm’s length, and a lot of patience." },
  { by: "chiara", on: "nuthatch.jpg", text: "Neither did the crowd mind him, it seems." },
];
