import { get, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";

export type Recorded = { status: number; headers: Record<string, string>; body: Buffer };

/** The bytes as they were sent; `fetch` would unpack them. */
export async function record(url: string, headers: Record<string, string>): Promise<Recorded> {
  const asked = get(url, { headers, timeout: 10_000 });
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    asked.once("response", resolve).once("error", reject),
  );
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: await buffer(response),
  };
}
