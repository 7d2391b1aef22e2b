import sharp from "sharp";

import { type Client, type Page, PASSWORD } from "../client/client.ts";

/** Whom one web process knows, the others know too. */
export const cookieOf = (clients: readonly Client[]) => clients[0]?.cookies.header ?? "";

/** Each visitor has an address of its own, as limits are by address. */
export const cameFrom = (n: number) => ({
  "x-forwarded-for": `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
});

export const signUp = (client: Client, username: string, n: number) =>
  client.post(
    "/sign-up",
    { username, email: `${username}@example.com`, password: PASSWORD },
    cameFrom(n),
  );

export const signIn = (client: Client, login: string) =>
  client.post("/sign-in", { login, password: PASSWORD });

export function upload(
  client: Client,
  cookie: string,
  formToken: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<Page> {
  const file = { field: "photos", name: `${formToken}.jpg`, content, type: "image/jpeg" };
  return client.postMultipart("/upload", { form_token: formToken }, [file], { cookie });
}

export async function picture(n: number): Promise<Uint8Array<ArrayBuffer>> {
  const background = { r: (n * 37) % 256, g: (n * 91) % 256, b: (n * 53) % 256 };
  const jpeg = await sharp({ create: { width: 400, height: 300, channels: 3, background } })
    .jpeg()
    .toBuffer();
  return new Uint8Array(jpeg);
}
