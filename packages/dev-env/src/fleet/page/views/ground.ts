import type { Dependency } from "../../../space/space.ts";
import type { FleetSnapshot, QueueView } from "../../fleet.ts";
import type { LevelPlan } from "../../levels.ts";
import { html, type Html } from "../html.ts";
import { action, type Region, time } from "./parts.ts";

const names: Readonly<Record<Dependency, readonly [name: string, role: string]>> = {
  database: ["MariaDB", "the truth"],
  redis: ["Redis", "sessions and cache"],
  s3: ["S3", "photos"],
  sqs: ["SQS", "brings jobs"],
  ses: ["SES", "mails"],
};

export const dependencies = ({ dependencies, plan }: FleetSnapshot): Region => ({
  id: "dependencies",
  body: html`<ul class="rows" role="list">
    ${dependencies.map(({ name, state }) => {
      const [title, role] = names[name];
      return html`<li class="row" id="dependency-${name}">
        <span class="row__name"
          >${title}
          <span class="quiet">${role}${isOwn(plan, name) && ", one on each server"}</span></span
        >
        <span class="state state--${state === "fine" ? "serving" : "unhealthy"}"
          >${state === "fine" ? "fine" : "broken"}</span
        >
        ${
          state === "fine"
            ? action(`/dependencies/${name}/break`, "Break", "", hidden(title))
            : action(`/dependencies/${name}/mend`, "Mend", "button--primary", hidden(title))
        }
      </li>`;
    })}
  </ul>`,
});

const hidden = (title: string): Html => html`<span class="visually-hidden">${title}: </span>`;

const isOwn = ({ servers, shared }: LevelPlan, name: Dependency): boolean =>
  servers > 1 &&
  ((name === "redis" && !shared.sessions) ||
    (name === "s3" && !shared.photos) ||
    (name === "sqs" && !shared.queues));

export function queues({ queues }: FleetSnapshot): Region {
  const perServer = queues.some(({ server }) => server !== null);
  const rows = perServer ? sumsOf(queues) : queues;
  return {
    id: "queues",
    body:
      rows.length === 0
        ? html`<p class="empty">The queues cannot be read at the moment.</p>`
        : html`<div class="scroll" tabindex="0" role="group" aria-labelledby="queues-panel-title">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">${perServer ? "all of" : "queue"}</th>
                  <th scope="col">waiting</th>
                  <th scope="col">in work</th>
                  <th scope="col">oldest</th>
                  <th scope="col">dead</th>
                </tr>
              </thead>
              <tbody>
                ${rows.map(row)}
              </tbody>
            </table>
          </div>`,
  };
}

type Row = Pick<QueueView, "name" | "visible" | "inFlight" | "oldestSeconds" | "dead">;

const row = ({ name, visible, inFlight, oldestSeconds, dead }: Row): Html =>
  html`<tr data-key="${name}">
    <th scope="row">${name}</th>
    <td>${visible}</td>
    <td>${inFlight}</td>
    <td>${oldestSeconds === null ? "–" : `${Math.round(oldestSeconds)} s`}</td>
    <td class="${dead > 0 && "table__bad"}">${dead}</td>
  </tr>`;

/** One row for each server: all the queues of all of them would be a long table. */
function sumsOf(queues: readonly QueueView[]): Row[] {
  return [...Map.groupBy(queues, ({ server }) => server ?? "all servers")].map(([name, own]) => {
    const sum = (of: "visible" | "inFlight" | "dead") =>
      own.reduce((total, queue) => total + queue[of], 0);
    const ages = own.flatMap(({ oldestSeconds }) => oldestSeconds ?? []);
    return {
      name,
      visible: sum("visible"),
      inFlight: sum("inFlight"),
      dead: sum("dead"),
      oldestSeconds: ages.length === 0 ? null : Math.max(...ages),
    };
  });
}

/** People, photos and ticks: what the levels differ in. */
export const facts = ({ sessions, photos, ticks, plan }: FleetSnapshot): Region => ({
  id: "facts",
  body: html`<dl class="facts">
    <div>
      <dt>Signed-in browsers</dt>
      <dd>
        ${sessions ?? "unknown"}
        <span class="quiet">
          ${
            plan.shared.sessions
              ? "in one Redis that all instances ask"
              : "each known to one server alone"
          }
        </span>
      </dd>
    </div>
    <div>
      <dt>Photos</dt>
      <dd>
        ${
          plan.shared.photos
            ? html`${photos[0]?.all ?? "unknown"}
                <span class="quiet">in S3, shown by the CDN</span>`
            : photos.length === 0
              ? "unknown"
              : photos.map(
                  ({ server, kept, all }) =>
                    html`<span class="facts__photo">${server} has ${kept} of ${all}</span>`,
                )
        }
      </dd>
    </div>
    ${
      ticks.length > 0 &&
      html`<div>
        <dt>Last ticks of the schedule</dt>
        <dd>
          ${ticks
            .slice(0, 4)
            .map(
              ({ task, scheduledAt, tries }) =>
                html`<span class="facts__tick">
                  ${task}, ${time(scheduledAt)}:
                  ${tries === 1 ? "sent once" : html`sent <strong>${tries} times</strong>, done once`}
                </span>`,
            )}
        </dd>
      </div>`
    }
  </dl>`,
});
