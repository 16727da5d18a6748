// Makes and changes nodes of the page, never by parsing markup, and touches only what differs.

import { shownText } from "./shown_text.js";

const SVG_NAMESPACE = "http://www.w3.org/2000/svg";

/** Attributes whose values people read, or a screen reader says. */
const READ_ATTRIBUTES = ["title", "aria-label", "placeholder"];

/** An HTML element; attributes that are null or false are left out, true means present. */
export function element(tag, attributes = {}, ...children) {
  return furnished(document.createElement(tag), attributes, children);
}

/** An SVG element, likewise. */
export function svgElement(tag, attributes = {}, ...children) {
  return furnished(document.createElementNS(SVG_NAMESPACE, tag), attributes, children);
}

/** Sets the text of a node; it may come from outside, see `shownText`. */
export function setText(node, text) {
  const shown = shownText(text);
  if (node.textContent !== shown) node.textContent = shown;
}

export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
    return;
  }
  const given = value === true ? "" : String(value);
  const text = READ_ATTRIBUTES.includes(name) ? shownText(given) : given;
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

/** Lets a plain click call `follow`; other clicks on the link, as for a new tab, are left alone. */
export function onPlainClick(link, follow) {
  link.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    follow();
  });
}

function furnished(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  const present = children.filter((child) => child !== null && child !== undefined);
  node.append(...present.map((child) => (typeof child === "string" ? shownText(child) : child)));
  return node;
}
