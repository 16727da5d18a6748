// Text of others as it may be shown: what turns lines round or hides is made visible. Pure.

/**
 * Controls, marks that turn the direction of what follows, and separators of lines: none of them
 * can be seen, and each can make a name look like another one.
 * https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const VISIBLE = "\ufffd";

/** `text` with a replacement character for each of them. */
export function shownText(text) {
  return text.replace(UNSEEN, VISIBLE);
}
