/** A person `u` who was neither deleted nor suspended: what the others do is shown to nobody. */
export const isThere = "u.deleted_at IS NULL AND u.suspended_at IS NULL";

/** Beyond this many, people are not counted: a page costs the same however much somebody is loved. */
export const countedUpTo = 1_000;
