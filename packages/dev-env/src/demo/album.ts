import { fileURLToPath } from "node:url";

import type { CastName } from "./cast.ts";

export type DemoPhoto = {
  file: string;
  owner: CastName;
  caption: string;
  alt: string;
  credit: string;
};

export const photoPath = (file: string) =>
  fileURLToPath(new URL(`../../demo/photos/${file}`, import.meta.url));

/** In the order in which they are uploaded: the last one stands first in the gallery. */
export const ALBUM: readonly DemoPhoto[] = [
  {
    file: "brushes.jpg",
    owner: "chiara",
    caption: "Monday, before the first stroke",
    alt: "Paint brushes with blue, pink and yellow bristles, close up",
    credit: "Trevor “Freespace”, 2018, CC BY 4.0",
  },
  {
    file: "clock.jpg",
    owner: "dag",
    caption: "Ten past something",
    alt: "A grey wall clock with green light behind its numbers",
    credit: "Peter Nerlich, 2018, CC BY-SA 4.0",
  },
  {
    file: "drum.jpg",
    owner: "bruno",
    caption: "The quiet before the rehearsal",
    alt: "A djembe drum beside a table made of pallets",
    credit: "Jakub Mede, 2018, CC BY 4.0",
  },
  {
    file: "dandelions.jpg",
    owner: "chiara",
    caption: "Late light in the meadow",
    alt: "Dandelion clocks in a meadow in low evening sun",
    credit: "Clemens Engelhardt, 2018, CC0 1.0",
  },
  {
    file: "lamp-bird.jpg",
    owner: "ada",
    caption: "It hangs above the kitchen table",
    alt: "A wooden bird hanging below two round lamps",
    credit: "Peter Nerlich, 2018, CC BY-SA 4.0",
  },
  {
    file: "stream.jpg",
    owner: "bruno",
    caption: "Half an hour above the village",
    alt: "A small stream stepping down through mossy rocks in a wood",
    credit: "Aitzol Berasategi, 2018, CC BY 4.0",
  },
  {
    file: "fig.jpg",
    owner: "chiara",
    caption: "Breakfast",
    alt: "Half a fig on a red oval dish on grey stone",
    credit: "Trevor “Freespace”, 2018, CC BY 4.0",
  },
  {
    file: "nuthatch.jpg",
    owner: "dag",
    caption: "He did not mind the crowd",
    alt: "A nuthatch on the trunk of a tree, blurred people behind",
    credit: "Lukas Baubkus, 2021, CC BY-SA 3.0",
  },
  {
    file: "sunset.jpg",
    owner: "bruno",
    caption: "Last one up",
    alt: "Sun setting behind hills, a stone table in the foreground",
    credit: "Aitzol Berasategi, 2018, CC BY 4.0",
  },
  {
    file: "bridge.jpg",
    owner: "ada",
    caption: "Low tide under the bridge",
    alt: "White bridge cables crossing over a wide tidal flat under a blue sky",
    credit: "Sander Klootwijk, 2018, CC BY-SA 4.0",
  },
  {
    file: "friends.jpg",
    owner: "bruno",
    caption: "The neighbours",
    alt: "Two spaniels looking out between the boards of a wooden house",
    credit: "Aitzol Berasategi, 2018, CC BY 4.0",
  },
  {
    file: "dragonfly.jpg",
    owner: "chiara",
    caption: "She came back to the same twig, again and again",
    alt: "A dragonfly resting on a dry twig in front of green leaves",
    credit: "“Bolly”, 2018, CC BY-SA 4.0",
  },
  {
    file: "picos-de-europa.jpg",
    owner: "bruno",
    caption: "The path to the wall",
    alt: "A footpath towards a rocky mountain wall with patches of snow",
    credit: "Aitzol Berasategi, 2018, CC BY 4.0",
  },
  {
    file: "aitzgorri.jpg",
    owner: "bruno",
    caption: "October on the high meadow",
    alt: "A green meadow, autumn larches and a grey mountain ridge",
    credit: "Aitzol Berasategi, 2018, CC BY 4.0",
  },
];
