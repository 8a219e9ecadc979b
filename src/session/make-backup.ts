/** Reads one partition, or everything that can be read, on request: for a backup, or for a file of its bytes. */
import type { Blanks } from '../flash/content.ts';
import { blanksOf } from '../flash/content.ts';
import { unlessStopped, Failure } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import { joinedWithin } from '../flash/image.ts';
import type { Content, RangeDigest } from '../flash/journal.ts';
import type { EraseUnit, Range } from '../flash/map.ts';
import { neighbours, overlaps, rangeEnd, spanOf, sizeOf } from '../flash/map.ts';
import type { Target } from '../flash/target.ts';
import { digestsSpareReading } from '../flash/target.ts';
import type { Backup } from '../storage/records.ts';
import type { Draft } from '../storage/store.ts';
import { backupScope, unitsToBackUp } from './backup-scope.ts';
import { foundOn, contentsSummary, summarisedParts, summaryWords } from './contents-summary.ts';
import { imageOf } from './planning/restoring.ts';
import { inOneSpan, inSpansOf, isPlaceRefused, unstableReadFailure } from './planning/survey.ts';
import type { BoardWork } from './session-parts.ts';

/** What is kept at once where nothing is digested before it is read, in bytes: fewer commands, and a stop waits for one of them. */
const READ_SPAN = 0x40000;

/** What a backup needs of work on a board. */
type BackupWork = Pick<BoardWork, 'target' | 'board' | 'mark' | 'store' | 'md5' | 'cancel' | 'newId' | 'now'>;

/**
 * Reads the units whose content is not stored yet and stores the backup. `range` is that of a partition, null for the whole
 * device; `onBytes` receives the number of bytes done. Throws `Failure`s, and a `RangeError` if there is nothing to back up.
 */
export function backUp(work: BackupWork, range: Range | null, onBytes: (done: number) => void): Promise<Backup> {
  const { board, mark, cancel, newId, now } = work;
  const { units, missing } = unitsToBackUp(board, range);
  return withDraft(work, async (draft) => {
    const { kept, refused } = await keepUnits(work, units, draft, onBytes);
    const backup: Backup = {
      version: 1,
      id: newId(),
      kind: range === null ? 'device' : 'partition',
      board: mark,
      name: nameOf(board, range, kept),
      made: now(),
      units: kept,
      missing: [...missing, ...refused],
    };
    await unlessStopped(cancel, draft.finish({ kind: 'open', backup }));
    return backup;
  });
}

/**
 * Reads a partition or a whole region as a backup does, and keeps none of it. Throws `Failure`s, that of a board that refuses to
 * show a part of it among them, and a `RangeError` if there is nothing to read.
 */
export function readUnits(work: BackupWork, range: Range, onBytes: (done: number) => void): Promise<Uint8Array> {
  const { board } = work;
  const units = unitsToSave(board, range);
  return withDraft(work, async (draft) => {
    const { kept, why } = await keepUnits(work, units, draft, onBytes);
    if (why !== undefined) throw why;
    const { image } = await imageOf(work, kept);
    const [first] = joinedWithin(image, range);
    return first?.data ?? new Uint8Array();
  });
}

/** The erase units of a partition or of a whole region whose bytes are saved as a file. */
export function unitsToSave(board: Pick<Inspection, 'layout'>, range: Range): EraseUnit[] {
  return unitsToBackUp(board, backupScope(board, range)).units.filter((unit) => overlaps(unit, range));
}

/** Works with a draft of contents, which are gone with it unless it is finished. */
async function withDraft<R>({ store, cancel }: BackupWork, work: (draft: Draft) => Promise<R>): Promise<R> {
  // A store that does not answer must not hold up whoever stops; a draft that comes after all is ended.
  const drafting = store.draft();
  const draft = await unlessStopped(cancel, drafting).catch((error: unknown) => {
    void drafting.then(
      (late) => late.discard(),
      () => undefined,
    );
    throw error;
  });
  try {
    return await work(draft);
  } finally {
    const discarding = draft.discard();
    if (!cancel.cancelled) await discarding;
  }
}

/** What a backup is called: what it holds; of a whole flash its apps, and which of them starts. */
function nameOf(board: Inspection, range: Range | null, kept: readonly Range[]): string {
  const [{ layout }, found] = [board, foundOn(board)];
  if (range !== null) return contentsSummary(layout, kept, found);
  const apps = layout.partitions.filter(({ role }) => role === 'app');
  if (apps.length === 0) return 'Whole flash';
  const { starts } = summarisedParts(layout, layout.partitions, found);
  return `Whole flash: ${summaryWords({ ...summarisedParts(layout, apps, found), starts })}`;
}

/** What was kept of some units, and those that the board refuses to read, with its failure; throws that if it refuses them all. */
async function keepUnits(
  work: BackupWork,
  units: readonly EraseUnit[],
  draft: Draft,
  onBytes: (done: number) => void,
): Promise<{ readonly kept: readonly RangeDigest[]; readonly refused: readonly EraseUnit[]; readonly why?: Failure }> {
  if (units.length === 0) throw new RangeError('nothing to read');
  const { target, cancel } = work;
  const kept: RangeDigest[] = [];
  const refused: EraseUnit[] = [];
  // A large flash has thousands of spans, and all blank ones have the same digest.
  const blank = blanksOf(work.board.layout.map, work.md5);
  let done = 0;
  // What is refused together is read once more piece by piece, which is no progress.
  let most = 0;
  const onSpanBytes = (bytes: number) => onBytes((most = Math.max(most, done + bytes)));
  let why: Failure | undefined;
  let last: readonly RangeDigest[] = [];
  const keep = async (span: readonly EraseUnit[]): Promise<void> => {
    cancel.check();
    const found = await keepSpan(work, span, { blank, draft, asks: asksBlank(target, last, blank), onSpanBytes }).catch(
      refusal,
    );
    if (!(found instanceof Failure)) {
      kept.push(...found);
      last = found;
      return;
    }
    why = found;
    if (span.length === 1) refused.push(...span);
    else for (const unit of span) await keep([unit]);
  };
  for (const group of neighbours(units, inSpansOf(READ_SPAN))) {
    const digests = digestsSpareReading(target.pace()) || asksBlank(target, last, blank);
    for (const span of digests ? neighbours(group, inOneSpan) : [group]) {
      await keep(span);
      done += sizeOf(span);
      onSpanBytes(0);
    }
  }
  if (kept.length === 0 && why !== undefined) throw why;
  return { kept, refused, ...(why !== undefined && { why }) };
}

/** The failure of a board that refuses to show a place of its flash. Throws every other one. */
function refusal(error: unknown): Failure {
  if (error instanceof Failure && isPlaceRefused(error.facts)) return error;
  throw error;
}

/**
 * Whether a span is worth a question whether it is blank, by what was kept `before` it: the first one, and those behind a blank unit;
 * where a digest takes nearly as long as reading, only those behind a blank span. Where reading proves nothing, the digest is
 * needed in any case.
 */
function asksBlank(target: Target, before: readonly RangeDigest[], blank: Blanks): boolean {
  if (target.readsProved !== true) return true;
  const isBlank = (each: RangeDigest) => each.md5 === blank.digest(each);
  const pace = target.pace();
  if (digestsSpareReading(pace)) return before.slice(-1).every(isBlank);
  return pace.digestBytesPerSecond > pace.readBytesPerSecond && before.length > 0 && before.every(isBlank);
}

/** How a span is kept: `asks` whether it is blank; `onSpanBytes` hears how many bytes of it were read. */
interface Keeping {
  readonly blank: Blanks;
  readonly draft: Draft;
  readonly asks: boolean;
  readonly onSpanBytes: (bytes: number) => void;
}

async function keepSpan(
  work: BackupWork,
  span: readonly EraseUnit[],
  { blank, draft, asks, onSpanBytes }: Keeping,
): Promise<RangeDigest[]> {
  const { target, store, md5, cancel } = work;
  const reported = target.digest === undefined ? null : await digestsOf(work, span, blank, asks);
  const kept = reported === null ? new Set<string>() : await unlessStopped(cancel, store.have(reported));
  const found: RangeDigest[] = [];
  for (const [i, unit] of span.entries()) {
    const known = reported?.[i];
    if (known !== undefined && kept.has(known)) found.push({ ...unit, md5: known });
  }
  for (const run of neighbours(span.filter((unit) => !found.some(({ address }) => address === unit.address)))) {
    const before = spanOf(run).address - spanOf(span).address;
    const data = await readOf(work, run, (bytes) => onSpanBytes(before + bytes));
    const again = reported === null && target.readsProved !== true ? await readOf(work, run) : null;
    const contents: Content[] = [];
    for (const unit of run) {
      const own = data.subarray(unit.address - spanOf(run).address, rangeEnd(unit) - spanOf(run).address);
      const digest = md5(own);
      // A backup must hold the right bytes: a digest of the device's own confirms them, or a second reading.
      const other = again?.subarray(unit.address - spanOf(run).address, rangeEnd(unit) - spanOf(run).address);
      const sure = other === undefined ? reported?.[span.indexOf(unit)] : md5(other);
      if (sure === undefined ? target.readsProved !== true : sure !== digest) throw unstableReadFailure(unit);
      contents.push({ md5: digest, data: own });
      found.push({ ...unit, md5: digest });
    }
    await unlessStopped(cancel, draft.put(contents));
  }
  return found.toSorted((a, b) => a.address - b.address);
}

async function readOf(
  { target, cancel }: BackupWork,
  units: readonly EraseUnit[],
  onBytes?: (done: number) => void,
): Promise<Uint8Array> {
  if (target.read === undefined) throw new RangeError('a backup of a board that cannot be read');
  return target.read(spanOf(units), { cancel, ...(onBytes !== undefined && { onBytes }) });
}

/**
 * The digest of each unit as the device reports it: one answer covers a whole span if it is blank, as most of a large flash is.
 * Fewer where reading proves itself: digests then only tell what is blank or stored already, where that is cheaper than reading.
 */
async function digestsOf(
  { target, store, cancel }: BackupWork,
  span: readonly EraseUnit[],
  blank: Blanks,
  asks: boolean,
): Promise<string[]> {
  const digest = async (range: Range) => (await target.digest?.(range, { cancel })) ?? '';
  const { readsProved = false } = target;
  const all = spanOf(span);
  if (asks && (await digest(all)) === blank.digest(all)) return span.map((unit) => blank.digest(unit));
  // Digests of single units are for what is stored already, which most of a board is not.
  if (readsProved && !digestsSpareReading(target.pace())) return [];
  const reported: string[] = [];
  for (const unit of span) {
    reported.push(await digest(unit));
    // What is stored of a board is rarely only a part of 64 KiB: the first unit tells.
    const [first = ''] = reported;
    if (readsProved && reported.length === 1 && !(await unlessStopped(cancel, store.have([first]))).has(first)) break;
  }
  return reported;
}
