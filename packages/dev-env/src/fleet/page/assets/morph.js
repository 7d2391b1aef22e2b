// Makes an element's content like given markup, changing only what differs: focus, dials and motion stay.

/** @param {Element} element @param {string} markup */
export function morph(element, markup) {
  const template = document.createElement("template");
  template.innerHTML = markup;
  patchChildren(element, template.content);
}

/** @param {Node} node */
const keyOf = (node) =>
  node instanceof Element ? node.id || node.getAttribute("data-key") || "" : "";

/** @param {Node} one @param {Node} other */
const alike = (one, other) => one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

/** @param {Element} current @param {ParentNode & Node} wanted */
function patchChildren(current, wanted) {
  /** @type {ChildNode | null} */
  let place = current.firstChild;
  for (const child of Array.from(wanted.childNodes)) {
    const match = findFrom(place, child);
    if (!match) {
      current.insertBefore(child, place);
      continue;
    }
    if (match === place) place = place.nextSibling;
    else current.insertBefore(match, place);
    patch(match, child);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/**
 * What has a key is found wherever it stands; of the rest only the next one is looked at.
 * @param {ChildNode | null} place @param {Node} wanted
 */
function findFrom(place, wanted) {
  if (keyOf(wanted) === "") return place && alike(place, wanted) ? place : null;
  for (let node = place; node; node = node.nextSibling) if (alike(node, wanted)) return node;
  return null;
}

/** @param {Node} current @param {Node} wanted */
function patch(current, wanted) {
  if (!(current instanceof Element) || !(wanted instanceof Element)) {
    if (current.nodeValue !== wanted.nodeValue) current.nodeValue = wanted.nodeValue;
    return;
  }
  for (const { name, value } of wanted.attributes)
    if (current.getAttribute(name) !== value) {
      current.setAttribute(name, value);
      // Whoever holds the dial decides.
      if (
        name === "value" &&
        current instanceof HTMLInputElement &&
        current !== document.activeElement
      )
        current.value = value;
    }
  for (const name of current.getAttributeNames())
    if (!wanted.hasAttribute(name) && name !== "aria-busy") current.removeAttribute(name);
  if (current instanceof HTMLOutputElement && current.form?.contains(document.activeElement))
    return;
  patchChildren(current, wanted);
}
