import {
  bumpGalleryVersion,
  connectDatabase,
  insertUser,
  readDatabaseConfig,
} from "@tendril/database";

import type { Variables } from "../space/environment.ts";

const people = 50;
/** Well within the ten seconds that a statement may take. */
const batch = 5_000;

/** Public photos of some people, a minute apart, with words and placeholders as they come. */
export async function insertPhotos(environment: Variables, count: number): Promise<void> {
  await using db = connectDatabase(readDatabaseConfig(environment));
  for (let n = 1; n <= people; n++) {
    const username = `person${n}`;
    const email = `${username}@example.com`;
    const made = await insertUser(db, {
      username,
      email,
      passwordHash: "-",
      displayName: `Person No ${n}`,
    });
    if ("taken" in made) throw new Error("The database is not new");
  }
  for (let first = 0; first < count; first += batch) {
    const last = Math.min(first + batch, count) - 1;
    await db.sequelize
      .query(`INSERT INTO photos (slug, user_id, status, visibility, caption, alt, credit,
        file_name, width, height, placeholder, file_key, original_bytes, content_type, form_token, position,
        created_at, published_at)
      SELECT LEFT(REPLACE(TO_BASE64(UNHEX(MD5(CONCAT('slug', seq)))), '/', '_'), 16),
        1 + seq MOD ${people}, 'ready', 'public', CONCAT('What I saw on walk number ', seq),
        CONCAT('A path between trees, seen for the time number ', seq), '', 'walk.jpg',
        3000 + seq MOD 1000, 2000 + seq MOD 2000, TO_BASE64(UNHEX(LEFT(CONCAT('d507121d046787', MD5(seq), MD5(-seq)), 42))),
        LEFT(REPLACE(TO_BASE64(UNHEX(MD5(CONCAT('key', seq)))), '/', '_'), 22), 4000000, 'image/jpeg',
        CONCAT('bench-', seq), 0, NOW(3), NOW(3) - INTERVAL seq MINUTE
      FROM seq_${first}_to_${last}`);
  }
  await bumpGalleryVersion(db);
}
