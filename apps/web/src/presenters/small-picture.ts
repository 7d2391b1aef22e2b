import {
  fallbackWidth,
  jpegName,
  variantUrl,
  variantWidths,
  webpName,
  type Storage,
} from "@tendril/storage";

/** Beside words that say what it is; null while the photo has no variants. */
export function presentSmallPicture(
  storage: Pick<Storage, "cdnBaseUrl">,
  {
    fileKey,
    width,
    height,
  }: { fileKey: string | null; width: number | null; height: number | null },
) {
  if (fileKey === null || width === null || height === null) return null;
  const size = { width, height };
  const smallest = variantWidths(size)[0] ?? fallbackWidth(size);
  return {
    webp: variantUrl(storage, fileKey, webpName(smallest)),
    jpeg: variantUrl(storage, fileKey, jpegName(fallbackWidth(size))),
  };
}
