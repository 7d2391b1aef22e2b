/** The page for signing in, which leads back to that path of ours. */
export const signInHref = (back?: string | null): string => withNext("/sign-in", back);

/** The same for those who have no account yet. */
export const signUpHref = (back?: string | null): string => withNext("/sign-up", back);

const withNext = (path: string, back: string | null | undefined) =>
  back ? `${path}?next=${encodeURIComponent(back)}` : path;
