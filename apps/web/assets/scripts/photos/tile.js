/** A photo's tile as the server draws it; null if it is not to be had. @param {string} slug */
export async function fetchTile(slug) {
  const response = await fetch(`/photos/${slug}/tile`);
  if (!response.ok) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".tile");
}
