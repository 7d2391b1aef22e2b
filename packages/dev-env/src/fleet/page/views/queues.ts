import type { FleetSnapshot, QueueView } from "../../fleet.ts";
import { html, type Html } from "../html.ts";
import type { Region } from "./parts.ts";

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
