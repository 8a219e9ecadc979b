/** Plurals, articles, lists and phrases for sentences built from values. */

/** `1 erase unit`, `2 erase units`, `0 entries`, with thousands separators; `what` is the singular. */
export function count(n: number | string | undefined, what: string): string {
  const number = typeof n === 'number' ? n.toLocaleString('en') : (n ?? '');
  return `${number} ${String(n) === '1' ? what : what.replace(/([^aeiou])y$/, '$1ie') + 's'}`;
}

/** Words that start with a vowel when spoken; abbreviations are spelt out (“ess-tee-em”), numbers are said (“eighteen”). */
const VOWEL =
  /^(?:[ai]|e(?!u)|o(?!ne\b|nce\b)|u(?:n(?!i)|p)|8|1[18]\b|(?:stm|nrf|rp2|html|lfs|mcu|nvs|xml|xtensa)|s-|[fhlmnrsx]\d)/i;

/** A name with its indefinite article: `an ESP32`, `a Particle Photon`, `an STM32F405`, `an X1`, `an 8 KiB gap`. */
export function article(name: string | number | undefined): string {
  const word = String(name ?? '');
  return `${VOWEL.test(word) ? 'an' : 'a'} ${word}`;
}

/** Words with a capital letter at their beginning, as a sentence has it. */
export function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** What we call places that no partition table names. */
const OUR_WORDS = /^(?:the |an? |(?:bootloader|partition table)(?![\w-]))/;

/**
 * Words at the beginning of a sentence: an article and our own words for places get their capital letter, and the name of a
 * partition stays as it is.
 */
export function opening(words: string): string {
  return words.replace(OUR_WORDS, capital);
}

/** Words with a small letter at their beginning, as they continue a sentence. */
export function lowered(words: string): string {
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

/** Names in a row: `nvs`, `nvs and fs`, `nvs, otadata and fs`. */
export function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** More names than this are counted. */
const NAMED = 3;

/** The same of names that may be many: `nvs, otadata, app0 and 2 more`. One more is named: “and 1 more” is not shorter. */
export function briefList(names: readonly string[]): string {
  const more = names.length - NAMED;
  return more > 1 ? `${names.slice(0, NAMED).join(', ')} and ${more} more` : list(names);
}

/**
 * The first of some sentences about what is there, as a part of another one: without its full stop, and its first letter small
 * unless an abbreviation begins it.
 */
export function inPhrase(sentences: string): string {
  const words = sentences.replace(/\.(?:\s+[A-Z].*)?$/s, '');
  return /^\S[A-Z0-9]/.test(words) ? words : lowered(words);
}
