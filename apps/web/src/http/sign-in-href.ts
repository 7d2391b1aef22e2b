/** The page for signing in, which leads back to that path of ours. */
export function signInHref(back?: string): string {
  return back === undefined ? "/sign-in" : `/sign-in?next=${encodeURIComponent(back)}`;
}
