/** The documents on the help page: whole, and in the words of Markdown that the page can show. */
import { expect, test } from 'vitest';
import { GUIDES } from './guides.ts';

test('the document on extensions is there, under the name that linker files and links use', () => {
  const guide = GUIDES.find(({ name }) => name === 'extension');
  expect(guide?.title).toBe('Extensions: an application larger than its sector');
  expect(guide?.text).toMatch(/SECTWEXT[^]*## The order of writing/);
});

test.each(GUIDES)('$name needs nothing of Markdown that the page does not show', ({ text }) => {
  // Code blocks, pictures, quotes, nested lists, emphasis with one mark.
  expect(text).not.toMatch(/^```|!\[|^>|^ +[-*] |(?<![*\w])\*[^*\s]/m);
});
