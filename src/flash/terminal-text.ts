/** What a board prints, which it may colour as for a terminal (ECMA-48): as runs of one look each, or as text alone. */

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

/** A terminal's colour. Its bright form counts as the same. */
export type Colour = (typeof COLOURS)[number];

/** How text looks; `colour` is null for the terminal's own. */
interface Look {
  readonly colour: Colour | null;
  readonly bold: boolean;
}

/** A piece of text in one look, without escape sequences. */
export interface TextRun extends Look {
  readonly text: string;
}

const PLAIN: Look = { colour: null, bold: false };

// A control sequence; an operating system command, no longer than its line; any other escape. Each may be cut short: by
// the end of what has come so far, when the rest may follow, or by what cannot be part of it.
const ESC = '\u001B';
const BEL = '\u0007';
const ESCAPE = new RegExp(
  `${ESC}(?:\\[([0-?]*)[ -/]*([@-~])?|\\][^${BEL}${ESC}\\r\\n]*(?:${BEL}|${ESC}\\\\)?|[ -/]*[0-Z\\\\^-~]?)`,
  'g',
);

/** The text alone. Escape sequences may be split over pieces of it, so that all that came has to be handed in. */
export function plainText(text: string): string {
  return text.replaceAll(ESCAPE, '');
}

/** The text in the looks that its escape sequences give it; backgrounds and colours by number are passed over. */
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

/** The look after "select graphic rendition" with these parameters, such as `0;32`. */
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
    // `38;5;n` or `38;2;r;g;b`: their numbers are no codes.
    else if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : 4;
  }
  return look;
}
