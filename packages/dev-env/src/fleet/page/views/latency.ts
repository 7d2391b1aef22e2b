import type { ScalingDecision } from "../../fleet.ts";
import type { Threshold } from "../../scaling/thresholds.ts";
import { html, type Html } from "../html.ts";
import type { LatencyLine, LatencyView } from "../latency-history.ts";
import { hueOf, type Region } from "./parts.ts";

/** Mean latency as the alarms see it, with the lines where they act and the moments when they did. */
export function latencyChart(
  { mean, instances, seconds }: LatencyView,
  thresholds: readonly Threshold[],
  decisions: readonly ScalingDecision[],
  now: Date,
): Region {
  const highest = Math.max(0, ...[mean, ...instances.values()].flat().map((value) => value ?? 0));
  const top = Math.max(1.5, Math.ceil(highest * 1.1 * 2) / 2);
  const y = (value: number) => 100 - (value / top) * 100;
  const current = mean.at(-1) ?? null;
  const changes = decisions.filter(
    ({ tier, from, to, at }) =>
      tier === "web" && from !== to && now.getTime() - at.getTime() < seconds * 1_000,
  );
  return {
    id: "latency",
    body: html`<p class="chart__now">
        <strong>${current === null ? "–" : `${current.toFixed(2)} s`}</strong>
        <span
          >${
            current === null
              ? "nobody asks for anything"
              : "mean of all requests in the last minute"
          }</span
        >
      </p>
      <svg class="chart" role="img" aria-labelledby="latency-words" width="100%" height="190">
        <title id="latency-words">
          Mean latency over the last ${Math.round(seconds / 60)} minutes; now
          ${current === null ? "unknown" : `${current.toFixed(2)} seconds`}.
        </title>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">
          ${[...instances].map(
            ([name, line]) =>
              html`<path
                class="chart__line"
                data-key="${name}"
                data-hue="${hueOf(name)}"
                d="${path(line, y)}"
              />`,
          )}
          <path class="chart__line chart__line--mean" data-key="mean" d="${path(mean, y)}" />
        </svg>
        ${changes.map((change) => mark(change, now, seconds))}
        ${thresholds.map((threshold) => line(threshold, y(threshold.seconds)))}
        <text class="chart__label" x="0" y="11">${top} s</text>
      </svg>`,
  };
}

function path(line: LatencyLine, y: (value: number) => number): string {
  const step = 100 / (line.length - 1);
  return line
    .map((value, i) => {
      if (value === null) return "";
      const start = line[i - 1] === null || i === 0;
      return `${start ? "M" : "L"}${(i * step).toFixed(2)} ${y(value).toFixed(2)}`;
    })
    .join("");
}

function line({ seconds, adjustment, side }: Threshold, y: number): Html {
  const what = `${side} ${seconds} s: ${Math.abs(adjustment) === 1 ? "one" : Math.abs(adjustment)} ${
    adjustment > 0 ? "more" : "less"
  }`;
  return html`<line class="chart__threshold" x1="0" x2="100%" y1="${y}%" y2="${y}%" />
    <text class="chart__label" x="0" y="${y}%" dy="${side === "above" ? -5 : 13}"> ${what} </text>`;
}

function mark({ at, from, to }: ScalingDecision, now: Date, seconds: number): Html {
  const x = 100 - ((now.getTime() - at.getTime()) / (seconds * 1_000)) * 100;
  // The newest stand at the right edge, where there is no room behind the line.
  const [anchor, dx] = x > 90 ? ["end", -4] : ["start", 4];
  return html`<g data-key="${at.getTime()}">
    <line class="chart__mark" x1="${x.toFixed(2)}%" x2="${x.toFixed(2)}%" y1="0" y2="100%" />
    <text class="chart__label" x="${x.toFixed(2)}%" y="11" dx="${dx}" text-anchor="${anchor}">
      ${from} → ${to}
    </text>
  </g>`;
}
