/** Board output, which may contain terminal colours (ECMA-48): split into runs of one style, or as plain text. */

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

/** A terminal colour; its bright variant counts as the same. */
export type Colour = (typeof COLOURS)[number];

/** The style of text; `colour` is null for the terminal's default. */
interface Look {
  readonly colour: Colour | null;
  readonly bold: boolean;
}

/** A piece of text in one style, without escape sequences. */
export interface TextRun extends Look {
  readonly text: string;
}

const PLAIN: Look = { colour: null, bold: false };

// A control sequence; an operating system command, up to the end of its line; any other escape. Each may be incomplete: at the
// end of what has arrived so far, or before a character that cannot belong to it.
const ESC = '\u001B';
const BEL = '\u0007';
const ESCAPE = new RegExp(
  `${ESC}(?:\\[([0-?]*)[ -/]*([@-~])?|\\][^${BEL}${ESC}\\r\\n]*(?:${BEL}|${ESC}\\\\)?|[ -/]*[0-Z\\\\^-~]?)`,
  'g',
);

/** The text without escape sequences. They may be split between chunks, so pass everything received so far. */
export function plainText(text: string): string {
  return text.replaceAll(ESCAPE, '');
}

/** The text in runs of one style; backgrounds and colours by number are ignored. */
export function runsOf(text: string): TextRun[] {
  const runs: TextRun[] = [];
  let [look, from] = [PLAIN, 0];
  for (const escape of text.matchAll(ESCAPE)) {
    if (escape.index > from) runs.push({ ...look, text: text.slice(from, escape.index) });
    from = escape.index + escape[0].length;
    if (escape[2] === 'm') look = lookAfter(look, escape[1] ?? '');
  }
  if (from < text.length) runs.push({ ...look, text: text.slice(from) });
  return runs;
}

/** The style after "select graphic rendition" with these parameters, such as `0;32`. */
function lookAfter(before: Look, parameters: string): Look {
  const codes = parameters.split(/[;:]/).map(Number);
  let look = before;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) look = PLAIN;
    else if (code === 1 || code === 22) look = { ...look, bold: code === 1 };
    else if (code === 39) look = { ...look, colour: null };
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97))
      look = { ...look, colour: COLOURS[code % 10] ?? null };
    // `38;5;n` or `38;2;r;g;b`: the numbers that follow are not codes.
    else if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : 4;
  }
  return look;
}
