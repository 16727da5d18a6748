// Comma separated values that spreadsheets read as text and numbers, never as formulas. Pure.

import { shownText } from "./shown_text.js";

/**
 * First characters with which a spreadsheet takes a cell for a formula:
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
const FORMULA = /^[\s]*[=+\-@\t\r|%\uff1d\uff0b\uff0d\uff20]/u;
const BYTE_ORDER_MARK = "\ufeff";

/** A file of `heads` and `rows` (texts, numbers or undefined), as RFC 4180 has it. */
export function csvText(heads, rows) {
  const lines = [heads, ...rows].map((row) => row.map(cell).join(","));
  // Without a byte order mark spreadsheets read the file in the encoding of their locale.
  return `${BYTE_ORDER_MARK}${lines.join("\r\n")}\r\n`;
}

function cell(value) {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(value);
  const shown = shownText(value);
  const text = FORMULA.test(shown) ? `'${shown}` : shown;
  return `"${text.replaceAll('"', '""')}"`;
}
