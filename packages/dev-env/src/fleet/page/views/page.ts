import type { FleetSnapshot } from "../../fleet.ts";
import { someVisitors } from "../../visitors.ts";
import { styles } from "../assets.ts";
import { html, type Html } from "../html.ts";
import { action, live, type Region, section } from "./parts.ts";

export const head = (snapshot: FleetSnapshot): Region => ({
  id: "head",
  body: html`<p class="head__level">Level ${snapshot.level} of 6</p>
    <h1>${snapshot.plan.title}</h1>
    <p class="head__note">
      ${
        snapshot.timeLapse === 1
          ? "Minutes are minutes here."
          : `A minute of health checks, alarms and patience lasts ${Math.round(600 / snapshot.timeLapse) / 10} s here.`
      }
      <a href="${snapshot.inboxUrl}">Mail inbox</a>
    </p>
    <div class="head__actions">
      <a class="button button--primary" href="${snapshot.url}">Open the gallery</a>
      ${visitors(snapshot)}
    </div>`,
});

function visitors({ visitors }: FleetSnapshot): Html {
  const coming = visitors > 0;
  const field = html`<input type="hidden" name="perSecond" value="${coming ? 0 : someVisitors}" />`;
  return html`${action("/visitors", coming ? "Stop the visitors" : "Send some visitors", "visitors", field)}
    <span class="quiet">${coming && `${visitors} requests a second`}</span>`;
}

export function page(regions: Readonly<Record<string, Region>>, trouble?: string): Html {
  const put = (id: string) => regions[id] && live(regions[id]);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>The fleet · Tendril</title>
        <link rel="icon" href="/assets/favicon.svg" />
        ${styles.map((name) => html`<link rel="stylesheet" href="/assets/${name}" />`)}
        <noscript><link rel="stylesheet" href="/assets/without-script.css" /></noscript>
        <script type="module" src="/assets/fleet.js"></script>
      </head>
      <body>
        <a class="skip-link" href="#main">To the fleet</a>
        <header class="head">${put("head")}</header>
        <main class="main fleet" id="main" tabindex="-1">
          <p class="trouble" role="alert" data-trouble>${trouble}</p>
          <div class="fleet__picture">
            ${section("Instances", "web", [
              html`<div class="balancer" data-balancer>
                <span class="balancer__name">Load balancer</span>
                <span class="quiet">round robin, no stickiness</span>
              </div>`,
              put("web-instances"),
            ])}
            ${section("Who answered", "served", put("roll"), "one bar for each request, higher when it took longer")}
            ${section("Mean latency", "latency-panel", put("latency"))}
          </div>
          <div class="fleet__words">
            <section class="panel panel--story" aria-labelledby="story-title">
              <div class="panel__head"><h2 id="story-title">What happens</h2></div>
              <div class="story-scroll" role="log" tabindex="0" aria-labelledby="story-title">
                ${put("story")}
              </div>
            </section>
            ${section("Scaling decisions", "scaling", put("decisions"))}
          </div>
          <div class="fleet__ground">
            ${section("What they stand on", "ground", put("dependencies"), "break one, and see what still works")}
            ${section("People and photos", "people", put("facts"))}
            ${section("Workers", "workers", put("worker-instances"))}
            ${section("Queues", "queues-panel", put("queues"))}
          </div>
        </main>
        <footer class="foot">
          <p class="quiet" data-connection></p>
          <p data-without-script><a href="/">Look again</a></p>
        </footer>
      </body>
    </html>`;
}

export const troublePage = (title: string, message: string): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Tendril</title>
        ${styles.map((name) => html`<link rel="stylesheet" href="/assets/${name}" />`)}
      </head>
      <body>
        <main class="main">
          <h1>${title}</h1>
          <p>${message}</p>
          <p><a href="/">Back to the fleet</a></p>
        </main>
      </body>
    </html>`;
