/** Makes a backup on request: of one partition, or of everything that can be read. */
import type { Blanks } from '../flash/content.ts';
import { blanksOf } from '../flash/content.ts';
import type { Cancel } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import type { Content, RangeDigest } from '../flash/journal.ts';
import { partitionNamed, touchedUnits } from '../flash/layout.ts';
import type { EraseUnit, Range } from '../flash/map.ts';
import { overlaps, rangeEnd, regionSize } from '../flash/map.ts';
import { neighbours, spanOf } from '../flash/neighbours.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Target } from '../flash/target.ts';
import type { Backup, BoardMark } from '../storage/records.ts';
import type { Draft, Store } from '../storage/store.ts';
import { inOneSpan, unsure } from './planning/survey.ts';

/** The input of a backup; `onBytes` receives the number of bytes done. */
export interface BackingUp {
  readonly target: Target;
  readonly board: Inspection;
  readonly mark: BoardMark;
  /** A partition's name; null for the whole device. */
  readonly partition: string | null;
  readonly store: Store;
  readonly md5: Md5;
  readonly cancel: Cancel;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onBytes: (done: number) => void;
}

/** The erase units of such a backup, and those that the board does not show in plain form. */
export function unitsToBackUp(
  { layout }: Inspection,
  partition: string | null,
): { units: EraseUnit[]; missing: EraseUnit[] } {
  const own = partition === null ? undefined : partitionNamed(layout, partition);
  const ranges: Range[] = own === undefined ? wholeRegions(layout.map.regions) : [own];
  const all = touchedUnits(layout, ranges);
  const shown = (unit: EraseUnit) =>
    layout.map.regions.some(({ id, access }) => id === unit.region && access.read) &&
    !layout.ciphered.some((range) => overlaps(range, unit));
  return { units: all.filter(shown), missing: all.filter((unit) => !shown(unit)) };
}

/** Reads the units whose content is not stored yet and stores the backup. Throws `Failure`s. */
export async function backUp(parts: BackingUp): Promise<Backup> {
  const { board, mark, partition, store, id, now } = parts;
  const { units, missing } = unitsToBackUp(board, partition);
  const draft = await store.draft();
  try {
    const kept = await keepUnits(parts, units, draft);
    const backup: Backup = {
      version: 1,
      id,
      kind: partition === null ? 'device' : 'partition',
      board: mark,
      name: partition ?? 'the whole device',
      made: now(),
      units: kept,
      missing,
    };
    await draft.finish({ kind: 'open', backup });
    return backup;
  } finally {
    await draft.discard();
  }
}

async function keepUnits(parts: BackingUp, units: readonly EraseUnit[], draft: Draft): Promise<RangeDigest[]> {
  const { cancel, onBytes } = parts;
  const kept: RangeDigest[] = [];
  // A large flash has thousands of spans, and all blank ones have the same digest.
  const blank = blanksOf(parts.board.layout.map, parts.md5);
  let done = 0;
  for (const span of neighbours(units, inOneSpan)) {
    cancel.check();
    kept.push(...(await keepSpan(parts, span, blank, draft)));
    done += span.reduce((sum, unit) => sum + unit.size, 0);
    onBytes(done);
  }
  return kept;
}

async function keepSpan(
  parts: BackingUp,
  span: readonly EraseUnit[],
  blank: Blanks,
  draft: Draft,
): Promise<RangeDigest[]> {
  const { target, store, md5 } = parts;
  const reported = target.digest === undefined ? null : await digestsOf(parts, span, blank);
  const kept = reported === null ? new Set<string>() : await store.have(reported);
  const found: RangeDigest[] = [];
  for (const [i, unit] of span.entries()) {
    const known = reported?.[i];
    if (known !== undefined && kept.has(known)) found.push({ ...unit, md5: known });
  }
  for (const run of neighbours(span.filter((unit) => !found.some(({ address }) => address === unit.address)))) {
    const data = await readOf(parts, run);
    const again = reported === null ? await readOf(parts, run) : null;
    const contents: Content[] = [];
    for (const unit of run) {
      const own = data.subarray(unit.address - spanOf(run).address, rangeEnd(unit) - spanOf(run).address);
      const digest = md5(own);
      // A backup must hold the right bytes: the device's own digest confirms them, or a second reading.
      const other = again?.subarray(unit.address - spanOf(run).address, rangeEnd(unit) - spanOf(run).address);
      if (digest !== (other === undefined ? reported?.[span.indexOf(unit)] : md5(other))) throw unsure(unit);
      contents.push({ md5: digest, data: own });
      found.push({ ...unit, md5: digest });
    }
    await draft.put(contents);
  }
  return found.toSorted((a, b) => a.address - b.address);
}

async function readOf({ target, cancel }: BackingUp, units: readonly EraseUnit[]): Promise<Uint8Array> {
  if (target.read === undefined) throw new RangeError('a backup of a board that cannot be read');
  return target.read(spanOf(units), { cancel });
}

/** The digest of each unit; one answer covers a whole span if it is blank, as most of a large flash is. */
async function digestsOf({ target, cancel }: BackingUp, span: readonly EraseUnit[], blank: Blanks): Promise<string[]> {
  const all = spanOf(span);
  if ((await target.digest?.(all, { cancel })) === blank.digest(all)) return span.map((unit) => blank.digest(unit));
  const reported: string[] = [];
  for (const unit of span) reported.push((await target.digest?.(unit, { cancel })) ?? '');
  return reported;
}

function wholeRegions(regions: Inspection['layout']['map']['regions']): Range[] {
  return regions.map((region) => ({ region: region.id, address: region.start, size: regionSize(region) }));
}
