/** Reads the apps on a board completely, to verify their checksum and, where there is one, their SHA-256. */
import type { Content } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { isCovered, overlaps } from '../../flash/map.ts';
import type { Target, Watch } from '../../flash/target.ts';
import type { AppImageResult } from '../../formats/app-image.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { imageChipId } from '../../formats/chip-ids.ts';
import { HASHES } from '../../formats/hashes.ts';
import { assess } from '../board/assess.ts';
import { imageLength } from '../../formats/app-header.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { TableRow } from '../partitions/table.ts';
import { sizeInFlash } from '../partitions/layout.ts';
import { holdsWholeApp } from './prediction.ts';
import { REGION } from '../loader/target.ts';

/** What reading needs of a target. */
export type AppReader = Pick<Target, 'read'>;

/**
 * The inspection, updated after reading and checking every app image completely. Reads only as many bytes as the images are
 * long; throws only the target's `Failure`s.
 */
export function examineApps(target: AppReader, board: EspInspection, watch: Watch): Promise<EspInspection> {
  return examined(target, board, watch, () => true);
}

/** The same for the apps of which `written` is only a part; see `Family.checkMixed`. */
export function checkMixedApps(
  target: Target,
  board: EspInspection,
  written: readonly Range[],
  watch: Watch,
): Promise<EspInspection> {
  return examined(target, board, watch, async ({ offset, size }, lengthOf) => {
    const own = written.filter((range) => overlaps(range, { region: REGION, address: offset, size }));
    if (own.length === 0) return false;
    const isFirst = own.some(({ address }) => address <= offset);
    return !isFirst || !isCovered({ region: REGION, address: offset, size: await lengthOf() }, own);
  });
}

type Wanted = (row: TableRow, lengthOf: () => Promise<number>) => boolean | Promise<boolean>;

async function examined(target: AppReader, board: EspInspection, watch: Watch, wanted: Wanted): Promise<EspInspection> {
  if (target.read === undefined) return board;
  const { flashSize } = board.esp;
  const read = (address: number, wanted: number, onBytes?: (done: number) => void) => {
    // A damaged table or image may point past the flash, where no loader answers.
    const size = Math.min(wanted, Math.max(0, flashSize - address));
    const options = { cancel: watch.cancel, ...(onBytes && { onBytes }) };
    const done = size === 0 ? undefined : target.read?.({ region: REGION, address, size }, options);
    return done ?? Promise.resolve(new Uint8Array());
  };

  const { loads, examined: known } = board.esp;
  const rows = board.esp.table.reading.rows.filter(({ offset }) => loads.has(offset) && !known.has(offset));
  const lengths = new Map<TableRow, number>();
  for (const row of rows) {
    watch.cancel.check();
    const lengthOf = () => imageLength(row.offset, sizeInFlash(row, flashSize), read);
    if (await wanted(row, lengthOf)) lengths.set(row, await lengthOf());
  }
  const results = new Map<number, AppImageResult>();
  let done = 0;
  for (const [row, length] of lengths) {
    watch.cancel.check();
    const data = await read(row.offset, length, (bytes) => watch.onBytes?.(done + bytes));
    done += length;
    results.set(row.offset, readAppImage(data, HASHES, { in: 'flash', region: REGION, address: row.offset }));
  }
  return results.size === 0 ? board : withResults(board, results);
}

/** What was checked of a complete image; not every image has a SHA-256 appended. */
export function wholeWords(result: AppImageResult): string {
  return result.kind === 'image' && result.image.sha256.ok === true
    ? 'checksum and SHA-256 are correct.'
    : 'the checksum is correct. There is no SHA-256 to check.';
}

function withResults(board: EspInspection, results: ReadonlyMap<number, AppImageResult>): EspInspection {
  const chipId = imageChipId(board.identity.chip) ?? 0;
  const loads = new Set(board.esp.loads);
  const found = new Map<number, readonly Finding[]>(board.esp.examined);
  const verdicts = new Map<number, string>();
  for (const [offset, result] of results) {
    const whole = holdsWholeApp(result, chipId);
    if (!whole) loads.delete(offset);
    found.set(offset, result.findings);
    const row = board.esp.table.reading.rows.find((each) => each.offset === offset);
    const past = row !== undefined && sizeInFlash(row, board.esp.flashSize) < row.size;
    const read = past ? 'Read up to the end of the flash, which its partition exceeds' : 'Read completely';
    verdicts.set(offset, `${read}: ${whole ? wholeWords(result) : 'it would not start.'}`);
  }
  const contents = board.contents.map((content): Content => {
    const verdict = verdicts.get(content.address);
    return verdict === undefined ? content : { ...content, says: `${content.says} ${verdict}` };
  });
  return assess({ ...board, contents }, { ...board.esp, loads, examined: found });
}
