/** Names that come from outside, such as those of files and settings: shown so that they cannot disguise themselves. */

/** The longest name that is shown, in UTF-16 units. */
const LONGEST = 200;
// Unicode's general categories: control characters; marks of text direction, zero-width and other invisible ones; halves of a
// character; separators of lines and paragraphs.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with U+FFFD for each character that is invisible or changes how the others are shown. */
export function plainCharacters(text: string): string {
  return text.replace(UNPRINTABLE, '\uFFFD');
}

/** A name of at most `most` UTF-16 units without such characters; of a longer one the middle is left out. */
export function plainName(text: string, most = LONGEST): string {
  if (text.length <= most) return plainCharacters(text);
  const half = most >> 1;
  return `${plainCharacters(text.slice(0, most - half - 1))}…${plainCharacters(text.slice(-half))}`;
}
