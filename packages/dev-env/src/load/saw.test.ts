import { expect, test } from "vitest";

import { sawOf } from "./saw.ts";

const page = (status: number, text = "", headers: Record<string, string> = {}) => ({
  status,
  text,
  headers: new Headers(headers),
  json: () => JSON.parse(text),
});
const member = { status: [200], member: true };
const visitor = { status: [200] };

test("pages are told apart by who they are for, and how fresh they are", () => {
  const who = '<span class="menu__who">';
  expect(sawOf(page(200, who), member)).toBe("answer");
  expect(sawOf(page(200, "Sign-in is away for a moment, so …"), member)).toBe("as a visitor");
  expect(sawOf(page(200, 'href="/sign-in"'), member)).toBe("signed out");
  expect(sawOf(page(303, "", { location: "/sign-in?next=/upload" }), { status: [303] })).toBe(
    "signed out",
  );
  const stale = { "server-timing": 'gallery;desc="cache", stale;desc="since 2026-11-21"' };
  expect(sawOf(page(200, "", stale), visitor)).toBe("marked");
});

test("a 503 is honest when it says what is away, and else shows who gave it", () => {
  const html = "<h1>Not available right now</h1><p>Try again in a moment.</p>";
  const json = '{"error":{"code":"unavailable","message":"The photo store is away right now."}}';
  expect(sawOf(page(503, html), visitor)).toBe("honest 503");
  expect(sawOf(page(503, json), visitor)).toBe("honest 503");
  expect(sawOf(page(503, "<h1>Tendril is starting</h1>"), visitor)).toBe("starting 503");
  expect(sawOf(page(503), visitor)).toBe("no server");
  expect(sawOf(page(502), visitor)).toBe("502");
  expect(sawOf(page(500, html), visitor)).toBe("status 500");
});
