/** The search finds what people ask for in their own words, the best first. */
import { expect, test } from 'vitest';
import { indexOf, marked, search } from './search.ts';
import { allChapters } from './topics.ts';

const all = allChapters().flatMap((chapter) => chapter.topics);
const topics = indexOf(all);
const names = (find: string) => search(topics, find).hits.map(({ entry }) => entry.name);

test.each([
  ['restore', 'do-restore'],
  ['how do I restore a backup?', 'do-restore'],
  ['backup', 'do-back-up'],
  ['brick', 'do-repair'],
  ['bricked', 'do-repair'],
  ['does not start', 'do-repair'],
  ['my board doesn’t boot', 'do-repair'],
  ['flash', 'do-flash'],
  ['upload firmware', 'do-flash'],
  ['write firmware', 'do-flash'],
  ['erase', 'do-erase'],
  ['wipe', 'do-erase'],
  ['wipe everything', 'do-erase'],
  ['wifi', 'do-settings'],
  ['SSID', 'do-settings'],
  ['wifi password', 'do-settings'],
  ['partition table resize', 'do-layout'],
  ['undo', 'do-finish'],
  ['brownout', 'talk-power'],
  ['udev', 'talk-linux'],
  ['port busy', 'talk-busy'],
  ['zadig', 'talk-windows'],
  ['charge-only cable', 'talk-cable'],
])('“%s” finds %s among the first three', (find, name) => {
  expect(names(find).slice(0, 3)).toContain(name);
});

test('a word of the title comes before the same word further down', () => {
  const hits = search(topics, 'encrypted').hits.map(({ entry }) => /encrypt/i.test(entry.title));
  expect(hits.filter(Boolean).length).toBeGreaterThan(3);
  expect(hits.slice(0, 3)).toEqual([true, true, true]);
});

test('a topic is found by its title, and by its name where that is asked for exactly', () => {
  for (const { name, title } of all.filter((_, i) => i % 20 === 0)) {
    expect(names(title)).toContain(name);
    expect(names(name)[0]).toBe(name);
  }
});

test('the whole text is searched, and the sentence that has the word is shown', () => {
  const { hits } = search(topics, 'Caps Lock');
  expect(hits[0]?.excerpt).toContain('Caps Lock');
  expect(search(topics, 'SECTWEXT').hits.map(({ entry }) => entry.name)).toEqual(['extension']);
});

test('where nothing has all words, what has most of them is given and said to be that', () => {
  const { hits, isPart } = search(topics, 'restore xyzzy');
  expect(isPart).toBe(true);
  expect(hits[0]?.entry.name).toBe('do-restore');
  expect(search(topics, 'xyzzy')).toEqual({ hits: [], isPart: false });
  expect(search(topics, 'the').hits.length).toBeGreaterThan(0);
});

test.each([
  ['Restore a backup', 'restoring backups', ['Restore', ' a ', 'backup']],
  ['What is [bracketed] (a+b)?', '(c+d)', ['What is [bracketed] (a+b)?']],
  ['The board doesn’t start', "doesn't start", ['The board ', 'doesn’t start']],
])('%s: whole words are marked where “%s” is asked for', (text, find, parts) => {
  expect(marked(text, find).map((part) => part.text)).toEqual(parts);
});
