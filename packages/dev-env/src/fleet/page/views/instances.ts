import type { FleetSnapshot, InstanceState, InstanceView } from "../../fleet.ts";
import { html, type Html } from "../html.ts";
import { action, duration, hueOf, type Region, time } from "./parts.ts";

export const maxLatencySeconds = 5;

const stateWords: Readonly<Record<InstanceState, string>> = {
  launching: "starting",
  serving: "serving",
  unhealthy: "not answering",
  draining: "leaving",
  gone: "gone",
};

export const webInstances = ({ tiers }: FleetSnapshot): Region => ({
  id: "web-instances",
  body: cards(tiers.web.instances, webCard, "No instance: visitors see an error."),
});

export const workerInstances = ({ tiers, plan }: FleetSnapshot): Region => ({
  id: "worker-instances",
  // One that stands beside a web instance dies with it, and by its button.
  body: html`${plan.workers === null && html`<p class="empty">One beside each web instance.</p>`}
  ${cards(
    tiers.worker.instances,
    (instance) => workerCard(instance, plan.workers !== null),
    "No worker: jobs wait.",
  )}`,
});

function cards(
  instances: readonly InstanceView[],
  card: (instance: InstanceView) => Html,
  none: string,
): Html {
  const present = instances.filter(({ state }) => state !== "gone");
  if (present.length === 0) return html`<p class="empty">${none}</p>`;
  return html`<ul class="instances" role="list">
    ${present.map(card)}
  </ul>`;
}

function webCard(instance: InstanceView): Html {
  const { name, requests, meanMs, errors, latencyMs, state } = instance;
  const seconds = latencyMs / 1_000;
  return html`<li
    class="instance instance--${state}"
    id="instance-${name}"
    data-instance="${name}"
    data-hue="${hueOf(name)}"
  >
    ${head(instance)}
    <dl class="instance__figures">
      <div>
        <dt>requests in the last minute</dt>
        <dd>${requests}</dd>
      </div>
      <div>
        <dt>mean latency</dt>
        <dd>${meanMs === null ? "–" : duration(meanMs)}</dd>
      </div>
      ${
        errors > 0 &&
        html`<div class="instance__errors">
          <dt>errors</dt>
          <dd>${errors}</dd>
        </div>`
      }
    </dl>
    <form class="dial" method="post" action="/instances/${name}/latency" data-action data-dial>
      <label class="dial__label" for="dial-${name}">
        Waits <output for="dial-${name}" data-dial-output>${seconds} s</output> before each answer
      </label>
      <input
        class="dial__range"
        type="range"
        id="dial-${name}"
        name="seconds"
        min="0"
        max="${maxLatencySeconds}"
        step="0.5"
        value="${seconds}"
        aria-valuetext="${seconds} seconds"
      />
      <button class="button button--small dial__set" data-without-script>Set</button>
    </form>
  </li>`;
}

const workerCard = (instance: InstanceView, isOnItsOwn: boolean): Html =>
  html`<li
    class="instance instance--${instance.state}"
    id="instance-${instance.name}"
    data-hue="${hueOf(instance.name)}"
  >
    ${head(instance, isOnItsOwn)}
  </li>`;

const head = (instance: InstanceView, isOnItsOwn = true): Html => {
  const { name, state, since, release } = instance;
  return html`<div class="instance__head">
      <span class="lamp" data-lamp aria-hidden="true"></span>
      <h3 class="instance__name">${name}</h3>
      <span class="state state--${state}">${stateWords[state]}</span>
    </div>
    <div class="instance__about">
      <p>since ${time(since)}<br />release ${release.slice(0, 7)}</p>
      ${isOnItsOwn && killing(instance)}
    </div>`;
};

const killing = ({ name, state }: InstanceView): Html | undefined =>
  state === "launching" || state === "draining" || state === "gone"
    ? undefined
    : action(
        `/instances/${name}/kill`,
        "Kill",
        "button--danger",
        html`<span class="visually-hidden">${name}: </span>`,
      );
