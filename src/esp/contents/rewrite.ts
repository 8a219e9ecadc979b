/** The contents that a request edits on an Espressif board, rewritten. */
import type { Request } from '../../flash/arrangement.ts';
import { Failure, factsOf } from '../../flash/failure.ts';
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import type { ChangedPart, ContentEdit, EditedContent, RewrittenContent } from '../../flash/partition-contents.ts';
import { plainName } from '../../flash/names.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { isFilledWith, sameBytes } from '../../formats/binary.ts';
import type { EspInspection } from '../board/inspection.ts';
import { UNIT } from '../flash-geometry.ts';
import type { TableRow } from '../partitions/table.ts';
import type { Rewritten } from './file-system.ts';
import type { ContentFormat, EditHow } from './formats.ts';
import { FORMATS, openedIn } from './formats.ts';
import { imageBytes } from '../../flash/partition-contents.ts';
import { keysOf, rowOf } from './open-partition.ts';
import { refusalAt, unchangeable } from './refusals.ts';

/** The port's `rewriteContents` for Espressif boards. */
export async function rewriteEspContents(
  { contents = [] }: Request,
  board: EspInspection,
  read: (range: Range) => Promise<Uint8Array>,
  yieldNow: YieldNow,
): Promise<readonly RewrittenContent[]> {
  return rewriteEach(contents, (edited) => rewrite(edited, board, read, yieldNow));
}

/** Contents as a request edits them, each rewritten by `rewrite`, in which a mistake of ours is a refusal. */
export async function rewriteEach(
  contents: readonly EditedContent[],
  rewrite: (edited: EditedContent) => Promise<Rewriting>,
): Promise<readonly RewrittenContent[]> {
  const rewritten: RewrittenContent[] = [];
  for (const edited of contents) {
    const { range, edits } = edited;
    const changes = changesOf(edits);
    const deleted = changes.filter((name) => isDeletion(edits.findLast((edit) => namesOf(edit).includes(name))));
    const keeps = edits.every(({ edit }) => edit !== 'make');
    const {
      format,
      lost = [],
      ...rest
    } = await rewrite(edited).catch((error: unknown) => ({
      format: '',
      lost: [],
      result: { refusal: refusalAt(mistakeIn(error), range) },
    }));
    const all = [...lost.map((path) => `${plainName(path)} (damaged)`), ...changes];
    const gone = deleted.length > 0 && { deleted };
    rewritten.push({ before: range, after: { size: range.size, format }, changes: all, ...gone, keeps, ...rest });
  }
  return rewritten;
}

/** What became of one content. */
export type Rewriting = Pick<RewrittenContent, 'result' | 'wasBlank'> & {
  readonly format: string;
  /** The files that could not be read and are given up. */
  readonly lost?: readonly string[];
};

async function rewrite(
  { range, edits }: EditedContent,
  board: EspInspection,
  read: (range: Range) => Promise<Uint8Array>,
  yieldNow: YieldNow,
): Promise<Rewriting> {
  const refused = (why: string): Rewriting => ({
    format: '',
    result: { refusal: refusalAt(unchangeable(why).refusal, range) },
  });
  const row = rowOf(board, range);
  if (row === undefined) return refused(`no partition of this board lies at ${hex(range.address)}`);
  const isCiphered = board.layout.ciphered.some((ciphered) => overlaps(ciphered, range));
  if (!board.esp.readable) return refused('the board does not send what it holds');
  if (isCiphered || board.esp.looksEncrypted) return refused('only the chip itself can read it');
  const [image, keys] = [await read(range), await keysOf(board, read)];
  return rewriting(image, { range, edits }, row, { keys, yieldNow });
}

/** The bytes of a range with its edits applied, and where they differ. */
export async function rewriting(
  image: Uint8Array,
  { range, edits }: EditedContent,
  row: TableRow,
  how: EditHow,
): Promise<Rewriting> {
  const { format, lost, result } = await editImage(image, edits, row, how);
  return {
    format,
    lost,
    ...(isFilledWith(image, 0xff) && { wasBlank: true }),
    result:
      'refusal' in result
        ? { refusal: refusalAt(result.refusal, range) }
        : { data: result.data, differs: differencesOf(image, result.data) },
  };
}

/** An image with edits applied: the format that it has then, and the files that could not be read and are given up. */
export async function editImage(
  image: Uint8Array,
  edits: readonly ContentEdit[],
  row: TableRow,
  how: EditHow,
): Promise<{ readonly format: string; readonly lost: readonly string[]; readonly result: Rewritten }> {
  const { base, format, rest, refusal, lost = [] } = await begunWith(image, edits, row, how);
  if (refusal !== undefined) return { format: '', lost, result: { refusal } };
  if (format === undefined)
    return { format: '', lost, result: unchangeable('nothing in it is known, so nothing can be changed') };
  return { format: format.id, lost, result: rest.length === 0 ? { data: base } : await format.edit(base, rest, how) };
}

interface Begun {
  readonly base: Uint8Array;
  readonly format?: ContentFormat;
  readonly rest: readonly ContentEdit[];
  readonly refusal?: Refusal;
  readonly lost?: readonly string[];
}

/**
 * What edits begin with: the bytes as they are, the last empty content that was to be made, or what could be saved from damage;
 * and the edits after that.
 */
async function begunWith(
  image: Uint8Array,
  edits: readonly ContentEdit[],
  row: TableRow,
  how: EditHow,
): Promise<Begun> {
  const last = edits.findLastIndex(({ edit }) => edit === 'make' || edit === 'salvage');
  const making = edits[last];
  const rest = edits.slice(last + 1);
  if (making?.edit === 'make') {
    const format = FORMATS.find(({ makes }) => Object.hasOwn(makes, making.format));
    const made: Rewritten | undefined = await format?.makes[making.format]?.(image.length, how);
    if (format === undefined || made === undefined) return { base: image, rest };
    return 'refusal' in made ? { base: image, rest, refusal: made.refusal } : { base: made.data, format, rest };
  }
  const found = await openedIn(imageBytes(image), row, how);
  if (making?.edit === 'salvage' && found !== null) {
    const saved = await found.format.salvage(image, how);
    const { format } = found;
    return 'refusal' in saved
      ? { base: image, rest, refusal: saved.refusal }
      : { base: saved.data, format, rest, lost: saved.lost ?? [] };
  }
  return { base: image, rest, ...(found !== null && { format: found.format }) };
}

/**
 * A mistake of ours in a codec as a refusal, because what is chosen stays chosen: thrown, it would end every later connection.
 * Any other failure is thrown on.
 */
export function mistakeIn(error: unknown): Refusal {
  if (error instanceof Failure) throw error;
  const { kind, values } = factsOf(error);
  if (kind !== 'mistake') throw error;
  const why = `something went wrong inside Sectorwise (${values['reason'] ?? 'unknown'})`;
  return unchangeable(why).refusal;
}

/** The erase units in which two contents of one partition differ, neighbours joined. */
function differencesOf(before: Uint8Array, after: Uint8Array): readonly ChangedPart[] {
  const parts: { offset: number; size: number }[] = [];
  for (let offset = 0; offset < after.length; offset += UNIT) {
    const [own, now] = [before.subarray(offset, offset + UNIT), after.subarray(offset, offset + UNIT)];
    if (sameBytes(own, now)) continue;
    const last = parts.at(-1);
    if (last !== undefined && last.offset + last.size === offset) last.size += now.length;
    else parts.push({ offset, size: now.length });
  }
  return parts;
}

function isDeletion(edit: ContentEdit | undefined): boolean {
  return edit?.edit === 'delete-file' || edit?.edit === 'delete-setting';
}

/** What edits change, each by name and once. */
export function changesOf(edits: readonly ContentEdit[]): readonly string[] {
  return [...new Set(edits.flatMap(namesOf))];
}

/** What an edit changes, by name; nothing where the content stays or is recreated. */
function namesOf(edit: ContentEdit): readonly string[] {
  switch (edit.edit) {
    case 'set':
    case 'delete-setting':
      return [plainName(`${edit.namespace}/${edit.key}`)];
    case 'write-file':
    case 'make-folder':
    case 'delete-file':
    case 'rename-file':
      return [plainName(edit.path)];
    case 'compact':
    case 'make':
    case 'salvage':
      return [];
  }
}
