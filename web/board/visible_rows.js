// Which of many rows of equal height can be seen, so that only these need to be in the page.

const ROWS_BEYOND = 8;

/** {first, last}: of `count` rows in `container`, those from `first` up to, but without, `last`. */
export function visibleRows(container, rowHeight, count) {
  const top = container.getBoundingClientRect().top;
  const first = Math.floor(-top / rowHeight) - ROWS_BEYOND;
  const last = Math.ceil((window.innerHeight - top) / rowHeight) + ROWS_BEYOND;
  return { first: within(first, count), last: within(last, count) };
}

/** Calls `paint` after scrolling or resizing, at most once per frame. */
export function onVisibleRowsChange(paint) {
  let isWaiting = false;
  const request = () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      paint();
    });
  };
  window.addEventListener("scroll", request, { passive: true });
  window.addEventListener("resize", request, { passive: true });
}

function within(row, count) {
  return Math.min(Math.max(row, 0), count);
}
