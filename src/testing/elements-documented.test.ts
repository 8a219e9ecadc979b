/** Every element says what it is, and which properties, events, slots and parts it has: as Web Awesome documents its own. */
import { describe, expect, it } from 'vitest';

const SOURCES = import.meta.glob<string>(['../../components/**/*.ts', '!../../components/**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
/** The functions of `shared/events.ts`, and the event that each dispatches. */
const SENDERS = new Map(
  [
    ...(SOURCES['../../components/shared/events.ts'] ?? '').matchAll(
      /function (send\w+)[^}]*?CustomEvent\('([\w-]+)'/g,
    ),
  ].map(([, sender = '', event = '']) => [sender, event]),
);

interface Element {
  readonly tag: string;
  readonly doc: string;
  readonly source: string;
  /** All files of its folder: parts of its template may stand in their own. */
  readonly folder: string;
}

const elements = Object.entries(SOURCES).flatMap(([path, source]): Element[] => {
  const [, doc = '', tag = ''] = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*@customElement\('([\w-]+)'\)/.exec(source) ?? [];
  if (!source.includes('@customElement(')) return [];
  const own = path.slice(0, path.lastIndexOf('/') + 1);
  const folder = Object.entries(SOURCES).flatMap(([other, text]) => (other.startsWith(own) ? [text] : []));
  return [{ tag: tag === '' ? path : tag, doc: doc.replaceAll(/\n\s*\* ?/g, '\n'), source, folder: folder.join('\n') }];
});

function sorted(names: Iterable<string>): string[] {
  return [...names].toSorted();
}

/** The names that a class documents with a tag: `@property plan, units – what is shown`. */
function documented(doc: string, tag: string): string[] {
  return [...doc.matchAll(new RegExp(`^@${tag} ([^–\\n]+?)(?= –)`, 'gm'))].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim()),
  );
}

function all(source: string, pattern: RegExp): string[] {
  return sorted(new Set([...source.matchAll(pattern)].map(([, name = '']) => name)));
}

it('finds the elements and how they dispatch', () => {
  expect(elements.length).toBeGreaterThan(20);
  expect(SENDERS.get('sendConnect')).toBe('sectorwise-connect');
});

describe.each(elements)('<$tag>', ({ doc, source, folder }) => {
  it('has a summary', () => expect(doc.split('\n@')[0]?.trim()).toMatch(/^[A-Z][^]{20,}\.$/));

  it('documents its properties', () =>
    expect(sorted(documented(doc, 'property'))).toEqual(
      all(source, /^ {2}@property\([^\n]*?\)(?:\s+override)?\s+(?:get )?(\w+)/gm),
    ));

  it('documents its events', () => {
    const sent = all(folder, /\b(send[A-Z]\w+)\(/g).flatMap((sender) => SENDERS.get(sender) ?? []);
    const made = all(folder, /new CustomEvent\('([\w-]+)'/g);
    // What it passes on of elements inside it may be documented too.
    expect(documented(doc, 'event')).toEqual(expect.arrayContaining([...sent, ...made]));
  });

  it('documents its slots and parts', () => {
    const slots = all(folder, /<slot(?: name="([\w-]+)")?/g).map((name) => (name === '' ? '(default)' : name));
    expect(sorted(documented(doc, 'slot'))).toEqual(slots);
    expect(sorted(documented(doc, 'csspart'))).toEqual(all(folder, /\bpart="([\w-]+)"/g));
  });
});
