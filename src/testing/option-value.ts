/** Reads the options of the scripts that `npm run` starts. */

/** The word after an option, such as `--kind`; empty where the option is not given or is the last word. */
export function optionValue(option: string, words: readonly string[]): string {
  return words.includes(option) ? (words[words.indexOf(option) + 1] ?? '') : '';
}
