import type { Client, ClientPage } from "@tendril/dev-env";

/** The person whom the page's menu belongs to; null when it is shown to a visitor. */
export function shownTo(page: ClientPage): string | null {
  return /class="menu__who">.*?@([\w-]+)/.exec(page.text)?.[1] ?? null;
}

/** Whom the front page is shown to. */
export async function whoIs(client: Client): Promise<string | null> {
  return shownTo(await client.get("/"));
}

/** What the form shows in one of its fields. */
export function fieldValue({ text }: ClientPage, name: string): string | undefined {
  return new RegExp(`name="${name}"[^>]*\\svalue="([^"]*)"`).exec(text)?.[1];
}

/** What the form says about one of its fields. */
export function fieldError({ text }: ClientPage, name: string): string | undefined {
  return new RegExp(`id="${name}-error">([^<]*)<`).exec(text)?.[1];
}

/** What a notice at the top of the page says about the form as a whole. */
export function formError({ text }: ClientPage): string | undefined {
  return /notice--error" role="alert">([^<]*)</.exec(text)?.[1];
}

/** The path and query of the first link of that kind in a mail. */
export function linkIn(mail: { text: string }, path: string): string {
  const found = mail.text.split(/\s/).find((word) => word.includes(path));
  if (!found) throw new Error(`the mail has no link to ${path}: ${mail.text}`);
  const { pathname, search } = new URL(found);
  return pathname + search;
}

export function tokenOf(link: string): string {
  return new URLSearchParams(link.split("?")[1]).get("token") ?? "";
}
