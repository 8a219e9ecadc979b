/** What a new layout keeps only if it is written anew: content for a partition of another size, or in another format. */
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import type { OpenedPartition, Rebuild, RebuiltContent } from '../../flash/partition-contents.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { isFilledWith, sameBytes } from '../../formats/binary.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { Rewritten } from './file-system.ts';
import type { ContentFormat, EditHow } from './formats.ts';
import { FORMATS, formatsFor } from './formats.ts';
import { imageBytes } from './image-bytes.ts';
import { keysOf, rowOf } from './open-partition.ts';
import { contentRefusal } from './refusals.ts';
import { mistakeIn } from './rewrite.ts';

/** The format of a place that is expected to be blank: nobody has read all of it yet. */
export const BLANK = 'blank';

/** The port's `rebuildContents` for Espressif boards. What was written is read back: it holds the same, or it is refused. */
export async function rebuildEspContents(
  rebuilds: readonly Rebuild[],
  board: EspInspection,
  read: (range: Range) => Promise<Uint8Array>,
  yieldNow: YieldNow,
): Promise<readonly RebuiltContent[]> {
  const rebuilt: RebuiltContent[] = [];
  for (const rebuild of rebuilds) {
    const how = { keys: await keysOf(board, read), yieldNow };
    const image = await read(rebuild.before);
    const { result, ...known } = await rebuildOne(rebuild, image, board, how).catch((error: unknown) => ({
      result: { refusal: mistakeIn(error) },
    }));
    const place = { in: 'flash', range: rebuild.before } as const;
    const placed = 'data' in result ? result : { refusal: { ...result.refusal, place } };
    rebuilt.push({ ...rebuild, ...known, result: placed });
  }
  return rebuilt;
}

async function rebuildOne(
  { before, after }: Rebuild,
  image: Uint8Array,
  board: EspInspection,
  how: EditHow,
): Promise<Pick<RebuiltContent, 'result' | 'known'>> {
  // Blank stays blank, whatever was to be in it.
  if (isFilledWith(image, 0xff)) return { result: { data: new Uint8Array(after.size).fill(0xff) } };
  const row = rowOf(board, before);
  const found = row === undefined ? null : await openedIn(image, formatsFor(row), how);
  if (row === undefined || found === null) return { result: refused(`nothing in ${hex(before.address)} is known`) };
  const wanted = FORMATS.find(({ id }) => id === after.format);
  // The format that the partition has by its subtype is only expected, where its start does not tell: what is there stays.
  const target = wanted?.isFor(row) === true ? found.source : wanted;
  if (target === undefined) return { result: refused('it holds something, and nobody knows how much of it is used') };
  return { known: true, result: await writtenAs(target, found, image, after.size, how) };
}

async function writtenAs(
  target: ContentFormat,
  { source, opened }: FoundIn,
  image: Uint8Array,
  size: number,
  how: EditHow,
): Promise<Rewritten> {
  const done = source === target ? await source.resize(image, size, how) : await inFormat(target, opened, size, how);
  if ('refusal' in done) return done;
  const again = await target.open(imageBytes(done.data), how, true);
  const difference = again === null ? 'it cannot be read' : await differenceIn(opened, again, how.yieldNow);
  return difference === null ? done : refused(`written anew, ${difference}`);
}

function inFormat(
  { converted }: ContentFormat,
  { listing, readFile }: OpenedPartition,
  size: number,
  how: EditHow,
): Rewritten | Promise<Rewritten> {
  if (listing.kind !== 'files' || converted === undefined) return refused('only files are converted');
  return converted({ tree: listing, readFile }, size, how);
}

interface FoundIn {
  readonly source: ContentFormat;
  readonly opened: OpenedPartition;
}

async function openedIn(image: Uint8Array, formats: readonly ContentFormat[], how: EditHow): Promise<FoundIn | null> {
  for (const source of formats) {
    const opened = await source.open(imageBytes(image), how, false);
    if (opened !== null) return { source, opened };
  }
  return null;
}

/** In what two contents differ, as a clause; null if every setting, or every file, is the same. */
async function differenceIn(
  before: OpenedPartition,
  after: OpenedPartition,
  yieldNow: YieldNow,
): Promise<string | null> {
  const [old, now] = [before.listing, after.listing];
  if (old.kind === 'settings' && now.kind === 'settings') {
    const text = ({ namespace, key, type, value }: (typeof old.settings)[number]) =>
      JSON.stringify([namespace, key, type, value]);
    const [left, right] = [new Set(old.settings.map(text)), new Set(now.settings.map(text))];
    const missing = old.settings.find((setting) => !right.has(text(setting)));
    if (missing !== undefined) return `${missing.namespace}/${missing.key} would not be the same`;
    return left.size === right.size ? null : 'it would hold more settings than before';
  }
  if (old.kind !== 'files' || now.kind !== 'files') return 'it would hold something else';
  const files = (tree: typeof old) => tree.entries.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const [left, right] = [files(old), new Set(files(now))];
  if (left.length !== right.size) return 'it would not hold the same files';
  for (const path of left) {
    if (!right.has(path) || !sameBytes(await before.readFile(path), await after.readFile(path)))
      return `${path} would not be the same`;
    await yieldNow();
  }
  return null;
}

function refused(why: string): { readonly refusal: Refusal } {
  return { refusal: contentRefusal('contents-unreadable', { in: 'device' }, { why }) };
}
