/** The text in the templates of the elements: people read typographic quotation marks and apostrophes, as in every register. */
import { expect, it } from 'vitest';

const SOURCES = import.meta.glob<string>(['../../components/**/*.ts', '!../../components/**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Where the literal ends whose text begins at `from`, and that text without the expressions in it. */
function literalAt(source: string, from: number): { readonly text: string; readonly end: number } {
  let text = '';
  let at = from;
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) at = expressionEnd(source, at + 2);
    else {
      text += source[at];
      at++;
    }
  }
  return { text, end: at + 1 };
}

/** Where an expression in a literal ends, behind its brace. */
function expressionEnd(source: string, from: number): number {
  let depth = 1;
  let at = from;
  while (at < source.length && depth > 0) {
    const char = source[at];
    if (char === '`') {
      at = literalAt(source, at + 1).end;
      continue;
    }
    if (char === '{') depth++;
    if (char === '}') depth--;
    at++;
  }
  return at;
}

/** The attributes whose text people read. */
const READ = /\s(?:title|label|aria-label|placeholder|alt|whose)="([^"]*)"/g;

/** What people read of every template, without its tags. */
function textsOf(source: string): string[] {
  return [...source.matchAll(/\bhtml`/g)].flatMap(({ index }) => {
    const { text } = literalAt(source, index + 'html`'.length);
    const shown = text
      .replaceAll(/<!--[^]*?-->/g, '')
      .replaceAll(/<[^>]*>/g, '|')
      .replaceAll(/\s+/g, ' ');
    return [shown, ...[...text.matchAll(READ)].map(([, said = '']) => said)];
  });
}

it('is found', () => {
  const source = ['html`<p title="a\'s">It’s $', '{b ? html`<b>"c"</b>` : `{`} d</p>`'].join('');
  expect(textsOf(source)).toEqual(['|It’s d|', "a's", '|"c"|']);
});

it('has typographic quotation marks and apostrophes', () => {
  const found = Object.entries(SOURCES).flatMap(([file, source]) =>
    textsOf(source).flatMap((text) => (/["']/.test(text) ? [`${file}: ${text}`] : [])),
  );
  expect(Object.keys(SOURCES).length).toBeGreaterThan(50);
  expect(found).toEqual([]);
});
