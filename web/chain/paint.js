// Paints the picture's shapes on a canvas. To load it as an image, the Content-Security-Policy
// would have to be looser.

/** Paints `svg`, whose shapes state all their colours, on a 2D context. */
export function paint(svg, context) {
  const patterns = new Map();
  for (const pattern of svg.querySelectorAll("pattern")) {
    patterns.set(`url("#${pattern.id}")`, patternOf(pattern, context));
  }
  paintChildren(svg, context, patterns);
}

function paintChildren(parent, context, patterns) {
  for (const node of parent.children) {
    if (node.tagName === "g" || node.tagName === "a") paintChildren(node, context, patterns);
    else if (node.tagName === "text") paintText(node, context);
    else if (node.tagName !== "defs") paintShape(node, context, patterns);
  }
}

/** One tile of a pattern, painted as large as the pixels will be. */
function patternOf(pattern, context) {
  const scale = context.getTransform().a;
  const tile = document.createElement("canvas");
  tile.width = number(pattern, "width") * scale;
  tile.height = number(pattern, "height") * scale;
  const tileContext = tile.getContext("2d");
  tileContext.scale(scale, scale);
  paintChildren(pattern, tileContext, new Map());
  const repeated = context.createPattern(tile, "repeat");
  repeated.setTransform(new DOMMatrix().scale(1 / scale));
  return repeated;
}

function paintShape(node, context, patterns) {
  const path = shapeOf(node);
  const fill = node.getAttribute("fill");
  const stroke = node.getAttribute("stroke");
  if (fill !== "none") {
    context.fillStyle = patterns.get(fill) ?? fill;
    context.fill(path);
  }
  if (stroke === "none") return;
  context.strokeStyle = stroke;
  context.lineWidth = number(node, "stroke-width");
  context.lineCap = node.getAttribute("stroke-linecap") ?? "butt";
  context.setLineDash(dashes(node.getAttribute("stroke-dasharray")));
  context.stroke(path);
}

function shapeOf(node) {
  const path = new Path2D(node.getAttribute("d") ?? "");
  if (node.tagName === "rect") {
    const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => number(node, name));
    path.roundRect(x, y, width, height, number(node, "rx"));
  }
  if (node.tagName === "circle") {
    path.arc(number(node, "cx"), number(node, "cy"), number(node, "r"), 0, 2 * Math.PI);
  }
  if (node.tagName === "line") {
    path.moveTo(number(node, "x1"), number(node, "y1"));
    path.lineTo(number(node, "x2"), number(node, "y2"));
  }
  return path;
}

function paintText(node, context) {
  const [weight, size, family] = ["font-weight", "font-size", "font-family"].map((name) =>
    node.getAttribute(name),
  );
  const anchors = { middle: "center", end: "right" };
  context.font = `${weight ?? 400} ${size} ${family}`;
  context.textAlign = anchors[node.getAttribute("text-anchor")] ?? "left";
  context.fillStyle = node.getAttribute("fill");
  context.fillText(node.textContent, number(node, "x"), number(node, "y"));
}

function dashes(text) {
  return !text || text === "none" ? [] : text.split(/[\s,]+/).map(parseFloat);
}

function number(node, name) {
  return parseFloat(node.getAttribute(name) ?? "0");
}
