import type { FleetSnapshot } from "../../fleet.ts";
import { html, type Html } from "../html.ts";
import type { Sentence } from "../narration/scene.ts";
import { type Region, time } from "./parts.ts";

/** What happened, in words, newest first. */
export const story = (sentences: readonly Sentence[]): Region => ({
  id: "story",
  body: html`<ol class="story" role="list">
    ${sentences.slice(0, 40).map(sentence)}
  </ol>`,
});

const sentence = ({ at, tone, text }: Sentence): Html =>
  html`<li class="story__item story__item--${tone}" data-key="${at.getTime()} ${text}">
    ${time(at)}
    <p>${text}</p>
  </li>`;

export function decisions(
  { decisions: made, plan }: FleetSnapshot,
  quietUntil: Date | undefined,
): Region {
  return {
    id: "decisions",
    body: html`${
      quietUntil !== undefined &&
      html`<p class="timeline__quiet">No change of the web tier before ${time(quietUntil)}.</p>`
    }
    ${
      made.length === 0
        ? html`<p class="empty">
            ${plan.scaling ? "Nothing was decided yet." : "Nothing scales at this level."}
          </p>`
        : html`<ol class="timeline" role="list">
            ${made.slice(0, 20).map(
              ({ at, tier, from, to, reason }) =>
                html`<li
                  class="timeline__item${from !== to && " timeline__item--change"}"
                  data-key="${at.getTime()} ${tier}"
                >
                  ${time(at)}
                  <p>
                    <span class="timeline__size"
                      >${tier} ${from === to ? from : `${from} → ${to}`}</span
                    >
                    ${reason}.
                  </p>
                </li>`,
            )}
          </ol>`
    }`,
  };
}
