/** The search of the help page: the whole text, by words and their plain synonyms, the best hits first. */
import { SYNONYMS } from './synonyms.ts';

/** What is searched: a title with what stands beside it, then sentences. `name` is found only where it is asked for exactly. */
export interface Entry {
  readonly name: string;
  readonly title: string;
  readonly beside: string;
  readonly sentences: readonly string[];
  /** How much more than others it counts; 1 if absent. */
  readonly weight?: number;
}

/** An entry that was found; `excerpt` is the sentence to show below its title, empty where the title says it. */
export interface Hit<E extends Entry> {
  readonly entry: E;
  readonly excerpt: string;
}

/** Hits, best first; `isPart` if no entry has all words, so that those with the most of them are given. */
export interface Hits<E extends Entry> {
  readonly hits: readonly Hit<E>[];
  readonly isPart: boolean;
}

/** Words of a question that say nothing about what it is about. */
const EMPTY =
  'a an the and or of to in on at for from with without how do does did i my me it its is are be can could should what why when where which this that there have has had not no will would you your get'.split(
    ' ',
  );

/** The negated verbs of everyday speech, in full: typed with an apostrophe, without it, or as two words. */
const NEGATED: readonly (readonly [RegExp, string])[] = [
  [/(?<![\p{L}\p{N}'])(?:ca|do|does|did|wo|would|could|should)n'?t(?![\p{L}\p{N}'])/gu, 'does not'],
  [/(?<![\p{L}\p{N}'])(?:is|are|was|were|has|have|had)n'?t(?![\p{L}\p{N}'])/gu, 'is not'],
  [/\b(?:can ?not|(?:do|did|will|would|could|should) not)\b/gu, 'does not'],
  [/\b(?:was|were|are|has|have|had) not\b/gu, 'is not'],
];

/** What a word counts where it is found, and the share of that where only a synonym or the middle of a word fits. */
const WEIGHTS = { title: 10, beside: 5, sentence: 3 } as const;
const [OF_SYNONYM, OF_MIDDLE] = [0.6, 0.2] as const;

/** What is looked for in place of one word of the question: the word, or what means the same. */
interface Term {
  readonly own: string;
  readonly begins: RegExp;
  readonly others: RegExp | null;
  readonly words: readonly string[];
}

/** An entry with its texts as they are compared. */
export interface Indexed<E extends Entry> {
  readonly entry: E;
  readonly texts: readonly { readonly text: string; readonly weight: number }[];
  readonly sentences: readonly { readonly says: string; readonly text: string }[];
}

/** Entries made ready to be searched at every key that is pressed. */
export function indexOf<E extends Entry>(entries: readonly E[]): Indexed<E>[] {
  return entries.map((entry) => {
    const { title, beside, weight = 1 } = entry;
    const sentences = entry.sentences.map((says) => ({ says, text: plain(says) }));
    const texts = [
      { text: plain(title), weight: WEIGHTS.title * weight },
      { text: plain(beside), weight: WEIGHTS.beside * weight },
      { text: sentences.map(({ text }) => text).join(' '), weight: WEIGHTS.sentence * weight },
    ];
    return { entry, texts, sentences };
  });
}

/** Whether a text asks for anything: dots and spaces do not. */
export function asksFor(find: string): boolean {
  return /[\p{L}\p{N}]/u.test(find);
}

/** Finds entries; all of them in their order where nothing is asked for. */
export function search<E extends Entry>(entries: readonly Indexed<E>[], find: string): Hits<E> {
  const terms = termsOf(find);
  const asked = plain(find);
  const phrase = asked.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  // One word alone is in too many titles to say which one is meant.
  const isPhrase = phrase.includes(' ') && terms.length > 0 ? beginning([phrase]) : null;
  const scored = entries.map((each) => ({
    ...each,
    ...scoreOf(each, terms),
    isNamed: each.entry.name === asked,
    isTitled: isPhrase?.test(each.texts[0]?.text ?? '') === true,
  }));
  const whole = scored.filter(({ found, isNamed }) => isNamed || found === terms.length);
  const most = Math.max(...scored.map(({ found }) => found), 0);
  const isPart = whole.length === 0 && most > 0;
  const shown = isPart ? scored.filter(({ found }) => found === most) : whole;
  const hits = shown
    .toSorted((a, b) => rankOf(b) - rankOf(a) || b.score - a.score)
    .map((each) => ({ entry: each.entry, excerpt: excerptOf(each, terms) }));
  return { hits, isPart };
}

/** What is asked for by name comes first, then titles that have the whole phrase. */
function rankOf({ isNamed, isTitled }: { readonly isNamed: boolean; readonly isTitled: boolean }): number {
  return isNamed ? 2 : Number(isTitled);
}

/** The parts of a text, those that a question asks for marked. */
export function marked(text: string, find: string): readonly { readonly text: string; readonly isHit: boolean }[] {
  const words = termsOf(find).flatMap((term) => term.words);
  if (words.length === 0) return [{ text, isHit: false }];
  const pattern = words.map(escaped).join('|');
  // A mark covers the whole word: half of one reads like an error.
  return text
    .split(new RegExp(`((?<![\\p{L}\\p{N}])(?:${pattern})[\\p{L}\\p{N}]*)`, 'giu'))
    .map((part, i) => ({ text: part, isHit: i % 2 === 1 }))
    .filter((part) => part.text !== '');
}

function termsOf(find: string): Term[] {
  const asked = NEGATED.reduce((text, [negated, full]) => text.replaceAll(negated, full), plain(find));
  let rest = ` ${asked.replaceAll(/[^\p{L}\p{N}'.+_-]+/gu, ' ')} `;
  const terms: Term[] = [];
  // What is said in several words is taken out whole: “does not start” has no word of its own.
  for (const group of SYNONYMS) {
    for (const phrase of group.filter((each) => each.includes(' '))) {
      if (!rest.includes(` ${phrase} `)) continue;
      rest = rest.replace(` ${phrase} `, ' ');
      terms.push(termOf(phrase, [group]));
    }
  }
  const words = rest
    .split(' ')
    .map((word) => word.replaceAll(/^'+|'s?$/g, ''))
    .filter(asksFor);
  const telling = words.filter((word) => !EMPTY.includes(word));
  for (const word of telling.length + terms.length === 0 ? words : telling) {
    const own = stem(word);
    terms.push(
      termOf(
        own,
        SYNONYMS.filter((group) => group.some((each) => stem(each) === own)),
      ),
    );
  }
  return terms;
}

function termOf(own: string, groups: readonly (readonly string[])[]): Term {
  const others = groups.flatMap((group) => group.map(stem).filter((each) => each !== own));
  return {
    own,
    begins: beginning([own]),
    others: others.length === 0 ? null : beginning(others),
    words: [own, ...others],
  };
}

/** How many terms an entry has, and how well it fits. */
function scoreOf<E extends Entry>({ texts }: Indexed<E>, terms: readonly Term[]) {
  const scores = terms.map((term) => texts.reduce((sum, { text, weight }) => sum + weight * fits(term, text), 0));
  return { found: scores.filter((score) => score > 0).length, score: scores.reduce((sum, score) => sum + score, 0) };
}

/** How well a text fits a term, 0 to 1. */
function fits({ own, begins, others }: Term, text: string): number {
  if (begins.test(text)) return 1;
  if (others?.test(text) === true) return OF_SYNONYM;
  return text.includes(own) ? OF_MIDDLE : 0;
}

/** Matches where a word of a text begins with one of these. */
function beginning(words: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.map(escaped).join('|')})`, 'u');
}

/** The sentence that has the most of what the title lacks. */
function excerptOf<E extends Entry>({ texts: [title], sentences }: Indexed<E>, terms: readonly Term[]): string {
  const missing = terms.filter((term) => fits(term, title?.text ?? '') < 1);
  const scored = sentences.map(({ says, text }) => ({
    says,
    score: missing.reduce((sum, term) => sum + fits(term, text), 0),
  }));
  const [best] = scored.toSorted((a, b) => b.score - a.score);
  return best === undefined || best.score === 0 ? '' : best.says;
}

/** A text in small letters, with the apostrophes and spaces that keyboards have. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[‘’]/g, "'").replaceAll(/[“”"]/g, ' ').replaceAll(/\s+/g, ' ').trim();
}

/** A word without its ending, so that “restored” and “restoring” find “restore”; four letters stay at least. */
function stem(word: string): string {
  if (word.includes(' ')) return word;
  return /^(.{4,}?)(?:ing|ed|es|e|s|d)?$/u.exec(word)?.[1] ?? word;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&').replaceAll("'", "['’]");
}
