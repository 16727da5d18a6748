// Makes and changes nodes of the page, never by parsing markup, and touches only what differs.

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** An HTML element; attributes that are null or false are left out, true means present. */
export function element(tag, attributes = {}, ...children) {
  return furnished(document.createElement(tag), attributes, children);
}

/** An SVG element, likewise. */
export function svgElement(tag, attributes = {}, ...children) {
  return furnished(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
    return;
  }
  const text = value === true ? "" : String(value);
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

/** A link, like any other, that is also followed without loading the page again. */
export function onPlainClick(link, follow) {
  link.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    follow();
  });
}

function furnished(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}
