/** What is uploaded waits here, unjudged; a POST policy is bound to this very key. */
export const incomingKey = (slug: string): string => `incoming/${slug}`;

/** The bytes that were judged, as they came. Private. */
export const originalKey = (slug: string): string => `originals/${slug}`;

/** What the public sees. `fileKey` holds 128 random bits, so a variant's address tells nothing and is not guessable. */
export const variantsFolder = (fileKey: string): string => `photos/${fileKey}/`;

export const variantKey = (fileKey: string, variant: string): string =>
  variantsFolder(fileKey) + variant;

/** Styles, scripts and icons, with their hash in the name; `CDN_BASE_URL/assets` leads here. */
export const assetsFolder = "assets/";
