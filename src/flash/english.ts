/** Plurals and indefinite articles for sentences built from values. */

/** `1 erase unit`, `2 erase units`, `0 entries`, with thousands separators; `what` is the singular. */
export function count(n: number | string | undefined, what: string): string {
  const number = typeof n === 'number' ? n.toLocaleString('en') : (n ?? '');
  return `${number} ${String(n) === '1' ? what : what.replace(/([^aeiou])y$/, '$1ie') + 's'}`;
}

/** A name with its indefinite article: `an ESP32`, `a Particle Photon`, `an STM32F405` (spoken “ess-tee-em”), `an X1`. */
export function article(name: string | number | undefined): string {
  const word = String(name ?? '');
  return `${/^(?:[aeio]|u(?:n(?!i)|p)|stm|[fhlmnrsx]\d)/i.test(word) ? 'an' : 'a'} ${word}`;
}
