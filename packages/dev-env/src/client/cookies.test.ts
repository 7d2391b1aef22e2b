import { expect, test } from "vitest";

import { CookieJar } from "./cookies.ts";

test("cookies are kept, replaced and dropped as the site says", () => {
  const jar = new CookieJar();
  const keep = (...lines: string[]) =>
    jar.keep(new Headers(lines.map((line) => ["set-cookie", line])));
  keep("tendril=a=b; Path=/; HttpOnly", "flash=hello");
  expect(jar.header).toBe("tendril=a=b; flash=hello");
  keep("tendril=c", "flash=; Max-Age=0");
  expect(jar.header).toBe("tendril=c");
  keep("tendril=; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
  expect(jar.header).toBe("");
});
