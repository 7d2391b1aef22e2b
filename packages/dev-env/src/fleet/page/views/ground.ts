import type { Dependency } from "../../../space/space.ts";
import type { FleetSnapshot } from "../../fleet.ts";
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
