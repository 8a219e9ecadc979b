/** What a new layout keeps only if it is rewritten: content for a partition of another size, or in another format. */
import { Failure } from '../../flash/failure.ts';
import { hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import type { OpenedPartition, Rebuild, RebuiltContent } from '../../flash/partition-contents.ts';
import { plainName } from '../../flash/names.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { isFilledWith, sameBytes } from '../../formats/binary.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { Rewritten } from './file-system.ts';
import type { ContentFormat, EditHow, FoundContent } from './formats.ts';
import { FORMATS, openedIn } from './formats.ts';
import { imageBytes } from '../../flash/partition-contents.ts';
import { keysOf, rowOf } from './open-partition.ts';
import { refusalAt, unchangeable } from './refusals.ts';
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
    const placed = 'data' in result ? result : { refusal: refusalAt(result.refusal, rebuild.before) };
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
  const found = row === undefined ? null : await openedIn(imageBytes(image), row, how);
  if (row === undefined || found === null)
    return { result: unchangeable(`nothing in ${hex(before.address)} is known`) };
  const wanted = FORMATS.find(({ id }) => id === after.format);
  // The format that the partition has by its subtype is only expected, where its start does not tell: what is there stays.
  const target = wanted?.isFor(row) === true ? found.format : wanted;
  if (target === undefined)
    return { result: unchangeable('it holds something, and nobody knows how much of it is used') };
  return { known: true, result: await writtenAs(target, found, image, after.size, how) };
}

async function writtenAs(
  target: ContentFormat,
  { format, opened }: FoundContent,
  image: Uint8Array,
  size: number,
  how: EditHow,
): Promise<Rewritten> {
  const isSame = format === target && image.length === size;
  const done = isSame
    ? { data: image }
    : format === target
      ? await format.resize(image, size, how)
      : await inFormat(target, opened, size, how);
  if ('refusal' in done) return done;
  const again = await target.open(imageBytes(done.data), how, true);
  const difference = again === null ? 'it cannot be read' : await differenceIn(opened, again, how.yieldNow);
  return difference === null ? done : unchangeable(`rewritten, ${difference}`);
}

function inFormat(
  { converted }: ContentFormat,
  { listing, readFile }: OpenedPartition,
  size: number,
  how: EditHow,
): Rewritten | Promise<Rewritten> {
  if (listing.kind !== 'files' || converted === undefined) return unchangeable('only files are converted');
  return converted({ tree: listing, readFile }, size, how);
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
    if (missing !== undefined) return `${plainName(`${missing.namespace}/${missing.key}`)} would not be the same`;
    return left.size === right.size ? null : 'it would hold more settings than before';
  }
  if (old.kind !== 'files' || now.kind !== 'files') return 'it would hold something else';
  const files = (tree: typeof old) => tree.entries.filter(({ kind }) => kind === 'file').map(({ path }) => path);
  const [left, right] = [files(old), new Set(files(now))];
  if (left.length !== right.size) return 'it would not hold the same files';
  for (const path of left) {
    const [was, is] = [await fileOf(before, path), right.has(path) ? await fileOf(after, path) : null];
    if (was === null || is === null || !sameBytes(was, is)) return `${plainName(path)} would not be the same`;
    await yieldNow();
  }
  return null;
}

/** A file's bytes; null if they cannot be read. */
async function fileOf({ readFile }: OpenedPartition, path: string): Promise<Uint8Array | null> {
  return readFile(path).catch((error: unknown) => {
    if (error instanceof Failure && error.facts.kind === 'refused') return null;
    throw error;
  });
}
