import type { Dependency } from "../../../space/space.ts";
import type { FleetEvent } from "../../fleet.ts";
import type { Scene, Sentence } from "./scene.ts";

/** What still works without a dependency, and what comes back with it. */
export function narrateDependencies(scene: Scene) {
  return (event: FleetEvent): Sentence[] => {
    if (event.kind !== "dependency") return [];
    const { at, name } = event;
    return event.state === "broken"
      ? [{ at, tone: "bad", text: away(scene)[name] }]
      : [{ at, tone: "good", text: back[name] }];
  };
}

const away = ({ plan }: Scene): Readonly<Record<Dependency, string>> => ({
  database: `The database is away. ${
    plan.cache
      ? "The front page comes from the cache and says so; the rest is an honest 503."
      : "Without a cache not even the front page can be shown: an honest 503."
  } No instance is taken out for it: health checks look at nothing outside the instance.`,
  redis: `Redis is away. The gallery still shows: ${
    plan.cache
      ? "each server goes on with the pages that it keeps itself, and asks the database whether something changed"
      : "its pages come from the database"
  }. Whoever was signed in looks like a visitor for now, and keeps the cookie: nobody will have to sign in again.`,
  s3: "S3 is away. Pages show; an upload fails and says so.",
  sqs: "SQS is away. Uploads and comments still succeed: their jobs wait in the outbox, in the database.",
  ses: "SES is away. Mails wait, and waiting costs them no attempt.",
});

const back: Readonly<Record<Dependency, string>> = {
  database: "The database is back, and nothing had to be restarted.",
  redis: "Redis is back, and with it everybody's sign-in.",
  s3: "S3 is back: uploads go through again.",
  sqs: "SQS is back: the relay sends what waited in the outbox.",
  ses: "SES is back: the mails that waited go out.",
};
