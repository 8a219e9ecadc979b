import { beforeAll, expect, test } from 'vitest';
import { commands } from 'vitest/browser';
import { FILE, TYPEFACE } from './typeface.ts';
import '../tokens.ts';

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** The characters in what elements and registers say. */
    writtenCharacters: () => Promise<string>;
  }
}

/** The most bytes that the typeface may add to the first load. */
const LARGEST = 60 * 1024;

/** Letters of other scripts belong to test data and to lists of what files may be called. */
const WRITTEN = /[\u0020-\u007e\u00a0-\u024f\u2010-\u22ff✓]/;

const pen = document.createElement('canvas').getContext('2d');
if (pen === null) throw new Error('no canvas');
const context = pen;

beforeAll(() => document.fonts.load(`400 16px '${TYPEFACE}'`));

function width(text: string, font: string): number {
  context.font = font;
  return context.measureText(text).width;
}

/** Whether the typeface has a character: without it, its width would be that of whichever face comes next. */
function has(character: string): boolean {
  const one = width(character, `100px '${TYPEFACE}', monospace`);
  return one === width(character, `100px '${TYPEFACE}', serif`) && one !== width(character, '100px monospace');
}

test('it has every character that the app writes', async () => {
  const characters = new Set([...(await commands.writtenCharacters()), ...'–→×…’“”µ°−·✓']);
  const written = [...characters].filter((each) => WRITTEN.test(each));
  expect(written.length).toBeGreaterThan(90);
  expect(written.filter((each) => each.trim() !== '' && !has(each))).toEqual([]);
});

test('its figures can have one width, so that numbers stand below each other', () => {
  const element = document.createElement('span');
  document.body.append(element);
  element.style.cssText = `font: 100px '${TYPEFACE}'; font-variant-numeric: tabular-nums`;
  const widths = [...'0123456789'].map((digit) => {
    element.textContent = digit.repeat(4);
    return Math.round(element.getBoundingClientRect().width);
  });
  element.remove();
  expect(new Set(widths).size).toBe(1);
});

test('it stays within its budget', async () => {
  const bytes = await (await fetch(FILE)).arrayBuffer();
  expect(bytes.byteLength).toBeLessThan(LARGEST);
});
