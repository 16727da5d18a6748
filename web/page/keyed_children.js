// Keeps the children of a node in step with a list: same key, same node, so focus stays.

/**
 * Makes `parent` hold one child per item, in this order, and returns nothing.
 *
 * `parts` is a Map of key -> part that this function alone changes; a part is what `create(item)`
 * returned and has its node in `part.node`. `update(part, item)` is called for every item.
 */
export function keepChildren(parent, parts, items, { key, create, update }) {
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const wanted = new Set(items.map(key));
  for (const [present, part] of parts) {
    if (wanted.has(present)) continue;
    part.node.remove();
    parts.delete(present);
  }
  let next = parent.firstChild;
  for (const item of items) {
    const part = parts.get(key(item)) ?? create(item);
    parts.set(key(item), part);
    update(part, item);
    if (part.node === next) next = next.nextSibling;
    else parent.insertBefore(part.node, next);
  }
  // Moving a node takes the focus away from it; of one that goes, the same link elsewhere gets it.
  if (focused && focused !== document.activeElement) {
    const again = focused.isConnected ? focused : sameLink(parent, focused.getAttribute("href"));
    again?.focus({ preventScroll: true });
  }
}

function sameLink(parent, href) {
  return href ? parent.querySelector(`a[href="${CSS.escape(href)}"]`) : null;
}
