import type { FleetSnapshot, Served } from "../../fleet.ts";
import { html, type Html } from "../html.ts";
import { clockTime, duration, hueOf, type Region } from "./parts.ts";

const shown = 60;

/** Who answered, request after request: with round robin the colours alternate. */
export function roll({ served }: FleetSnapshot): Region {
  const requests = served.slice(0, shown).toReversed();
  const names = [...new Set(requests.map(({ instance }) => instance))].filter(
    (name) => name !== null,
  );
  return {
    id: "roll",
    body:
      requests.length === 0
        ? html`<p class="empty">Nobody has asked for anything yet.</p>`
        : html`<svg class="roll" role="img" aria-labelledby="roll-words" width="100%" height="84">
              ${requests.map(bar)}
            </svg>
            <p class="visually-hidden" id="roll-words">
              The last requests were answered by
              ${requests
                .slice(-12)
                .map(({ instance }) => instance ?? "nobody")
                .join(", ")}.
            </p>
            <ul class="legend" role="list">
              ${names
                .toSorted()
                .map(
                  (name) =>
                    html`<li class="legend__item" data-hue="${hueOf(name)}">
                      <span class="legend__mark" aria-hidden="true"></span>${name}
                    </li>`,
                )}
            </ul>
            ${last(requests.at(-1))}`,
  };
}

function bar(request: Served, index: number, { length }: { length: number }): Html {
  const { instance, ms, status, at, method, path } = request;
  const width = 100 / shown;
  const x = 100 - (length - index) * width;
  // From a hundredth of a second to five seconds, each tenfold as high again.
  const height = Math.min(100, Math.max(10, 10 + (90 * Math.log10(Math.max(ms, 10) / 10)) / 2.7));
  const failed = instance === null || status >= 500;
  return html`<rect
    class="roll__bar${failed && " roll__bar--failed"}"
    ${instance !== null && html`data-hue="${hueOf(instance)}"`}
    x="${x.toFixed(2)}%"
    y="${(100 - height).toFixed(1)}%"
    width="${(width * 0.72).toFixed(2)}%"
    height="${height.toFixed(1)}%"
    rx="2"
    ><title>
      ${clockTime(at)} ${method} ${path}: ${instance ?? "nobody"}, ${status}, ${duration(ms)}
    </title></rect
  >`;
}

function last(request: Served | undefined): Html | undefined {
  if (!request) return undefined;
  const { method, path, instance, status, ms, from } = request;
  return html`<p class="roll__last">
    <span class="roll__request">${method} ${path}</span> → ${instance ?? "nobody"}, ${status} in
    ${duration(ms)}${from !== null && html`, from the ${from}`}
  </p>`;
}
