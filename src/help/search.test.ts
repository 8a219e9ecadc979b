/** The search finds what people ask for in their own words, the best first. */
import { expect, test } from 'vitest';
import { asksFor, indexOf, marked, search } from './search.ts';
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
  ['does not answer', 'talk-esp-buttons'],
  ['board does not answer', 'no-loader'],
  ['no response', 'no-loader'],
  ['the board doesn’t reply', 'no-loader'],
  ["board isn't detected", 'talk-not-listed'],
  ['board is not found', 'talk-not-listed'],
  ['can’t flash', 'do-flash'],
  ["it won't boot", 'do-repair'],
  ["wifi's password", 'do-settings'],
  ['storage has not answered', 'storage-hung'],
])('“%s” finds %s among the first three', (find, name) => {
  expect(names(find).slice(0, 3)).toContain(name);
});

test('a title that has the whole phrase comes first', () => {
  expect(names('does not answer')[0]).toBe('talk-esp-buttons');
  expect(names('port is busy')[0]).toBe('talk-busy');
});

test.each(["can't flash", 'can’t flash', 'cant flash', 'cannot flash', 'does not flash'])(
  '“%s” asks for “flash” alone, not for what begins with the rest of a verb',
  (find) => {
    expect(names(find)).toEqual(names('flash'));
  },
);

test('no verb that is negated is a word of its own, and an apostrophe is part of a word', () => {
  for (const find of ["isn't", 'doesn’t', "won't", "didn't", 'aren’t', "hasn't"])
    expect(names(`${find} zadig`)).toEqual(names('zadig'));
  expect(names("particle's")).toEqual(names('particle'));
  expect(names('dot')).not.toEqual(names('do'));
});

test('dots alone ask for nothing', () => {
  expect(asksFor(' ... ')).toBe(false);
  expect(asksFor('1.')).toBe(true);
});

test('a word of the title comes before the same word further down', () => {
  const hits = search(topics, 'encrypted').hits.map(({ entry }) => /encrypt/i.test(entry.title));
  expect(hits.filter(Boolean).length).toBeGreaterThan(3);
  expect(hits.slice(0, 3)).toEqual([true, true, true]);
});

test('a topic is found by its title, and by its name where that is asked for exactly', () => {
  for (const { name, title } of all.filter((_, i) => i % 60 === 0)) {
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
