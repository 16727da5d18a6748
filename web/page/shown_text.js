// Makes text from outside safe to show: characters that hide or reorder text are replaced. Pure.

/**
 * Control characters, bidirectional marks and line separators: nobody sees them, and each can make
 * one name look like another.
 * https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const VISIBLE = "\ufffd";

/** `text` with a replacement character for each of them. */
export function shownText(text) {
  return text.replace(UNSEEN, VISIBLE);
}
