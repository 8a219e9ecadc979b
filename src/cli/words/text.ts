/** Text for a terminal or a file: columns, paragraphs, and colours where they are wanted. */
import type { Verdict } from '../../flash/finding.ts';

/** How a piece of text is set off; `strong` for headings. */
export type Style = Verdict | 'strong' | 'quiet';

/** Sets text off by a colour, or leaves it as it is where there are none. */
export type Paint = (style: Style, text: string) => string;

/** No colours. */
export const PLAIN: Paint = (_, text) => text;

// ECMA-48, "select graphic rendition".
const CODES: Readonly<Record<Style, number>> = { problem: 31, warning: 33, note: 36, good: 32, strong: 1, quiet: 2 };

/** The terminal's own colours; none carries a meaning that the text beside it does not say. */
export const COLOURED: Paint = (style, text) => (text === '' ? '' : `\u001B[${CODES[style]}m${text}\u001B[0m`);

/** Rows in columns, each as wide as its widest cell, the last as it comes; `indent` spaces before each. */
export function columns(rows: readonly (readonly string[])[], indent = 2): string[] {
  const last = Math.max(0, ...rows.map((row) => row.length)) - 1;
  const widths = Array.from({ length: last }, (_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) => {
    const cells = row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)));
    return `${' '.repeat(indent)}${cells.join('  ')}`.trimEnd();
  });
}

/** Blocks of lines with an empty line between them; empty blocks are left out. */
export function blocks(...all: readonly (readonly string[])[]): string {
  const some = all.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return some.length === 0 ? '' : `${some.join('\n\n')}\n`;
}

/** A heading and its lines; nothing without lines. */
export function section(paint: Paint, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [paint('strong', title), ...lines];
}
