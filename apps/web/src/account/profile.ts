import { bumpGalleryVersion, findUserById, saveProfile, transaction } from "@tendril/database";
import { SignInRequiredError } from "@tendril/runtime";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import { showsNothing, tidy, withoutUnseenMarks } from "../http/typed-text.ts";

export const profileForm = z.object({
  display_name: z
    .string("Write a name.")
    .overwrite(withoutUnseenMarks)
    .trim()
    .refine((name) => !showsNothing(name), "Write a name.")
    .max(60, "The name can have up to 60 characters.")
    .regex(/^\P{Cc}*$/u, "The name has characters in it that cannot be shown."),
  bio: z.string().overwrite(tidy).max(500, "This can have up to 500 characters.").default(""),
});

export type Profile = { displayName: string; bio: string };

export async function findProfile({ db }: WebContext, userId: number): Promise<Profile> {
  const user = await findUserById(db, userId);
  if (!user) throw new SignInRequiredError();
  return { displayName: user.displayName, bio: user.bio ?? "" };
}

/** The name stands beside every photo, also on the front page. */
export async function changeProfile(
  { db, frontPage }: WebContext,
  userId: number,
  profile: Profile,
): Promise<void> {
  await transaction(db, async (tx) => {
    await saveProfile(tx, userId, profile);
    await bumpGalleryVersion(tx);
  });
  await frontPage.refresh();
}
