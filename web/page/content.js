// Shows something anew without taking from the viewer what they have reached or marked.

/**
 * Lets `place` hold `nodes` alone. What is the same stays as it is; else the focus goes on to what
 * it was on: the link or button of the same row and column.
 */
export function showContent(place, ...nodes) {
  const isSame = (node, at) => node.isEqualNode(place.childNodes[at]);
  if (nodes.length === place.childNodes.length && nodes.every(isSame)) return;
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  place.replaceChildren(...nodes);
  if (focused) again(place, identityOf(focused))?.focus({ preventScroll: true });
}

function again(place, identity) {
  return [...place.querySelectorAll("a, button")].find((node) => identityOf(node) === identity);
}

/** A row is known by its first link: to a contact. */
function identityOf(node) {
  const row = node.closest("tr")?.querySelector("a")?.getAttribute("href");
  const column = node.closest("[data-column]")?.dataset.column;
  return JSON.stringify([row, column, node.tagName, node.getAttribute("aria-label")]);
}
