/** Removing the protection of a whole chip, which costs everything that is on it: the offer, and a person's agreement to it. */

/** What removing the read protection of a chip costs, whatever removes it: said with these words wherever it is said. */
export const UNLOCK_ERASES = 'Removing the read protection erases the whole flash.';

/** What removing the protection means, and the words that a person has to type for it. */
export interface UnlockOffer {
  readonly words: string;
  /** The consequences, one sentence each, the gravest first. */
  readonly means: readonly string[];
  /** The longest time that the chip may take, in ms. */
  readonly ms: number;
}

/** Whether what was typed are the words of the offer; capitals and spaces around and between them do not matter. */
export function isAgreed({ words }: UnlockOffer, typed: string): boolean {
  const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();
  return plain(typed) === plain(words);
}
