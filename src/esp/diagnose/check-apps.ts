/** Checks what each app partition holds: whole, for this chip, and within its partition. */
import type { Check } from '../../flash/diagnosis.ts';
import type { DiagnosisReads } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { bytes } from '../../flash/finding.ts';
import { readAppHead, APP_HEAD_SIZE, imageLength } from '../../formats/app-header.ts';
import { chipWords } from '../../formats/words.ts';
import { isFilledWith } from '../../formats/binary.ts';
import type { EspInspection, Checked } from '../board/inspection.ts';
import { LARGEST_APP_PARTITION } from '../boot/prediction.ts';
import { REGION } from '../loader/target.ts';
import type { TableRow } from '../partitions/table.ts';
import { rangeOf, sizeInFlash } from '../partitions/layout.ts';
import { TYPE_APP } from '../partitions/types.ts';
import { diagnosisFinding } from './findings.ts';

/** `board` is one whose apps were read whole. Rejects with the `Failure`s of reading. */
export async function checkApps(board: EspInspection, how: DiagnosisReads): Promise<Checked> {
  const checks: Check[] = [];
  const findings: Finding[] = [];
  for (const row of board.esp.table.reading.rows.filter(({ type }) => type === TYPE_APP)) {
    how.watch.cancel.check();
    const { check, found } = await checkApp(row, board, how);
    checks.push({ name: row.name, ...check });
    findings.push(...found);
  }
  return { checks, findings };
}

interface One {
  readonly check: Omit<Check, 'name'>;
  readonly found: readonly Finding[];
}

async function checkApp(row: TableRow, board: EspInspection, how: DiagnosisReads): Promise<One> {
  const { esp, identity } = board;
  const room = sizeInFlash(row, esp.flashSize);
  const partition = how.bytesOf({ ...rangeOf(row), size: room });
  const start = await partition.read(0, APP_HEAD_SIZE);
  const head = readAppHead(start);
  if (head === null) {
    if (isFilledWith(start, 0xff)) return { check: { state: 'blank', says: 'There is no app in it.' }, found: [] };
    return {
      check: { state: 'damaged', says: 'There is no app in it: its first byte is not that of an image.' },
      found: [],
    };
  }
  const place = { in: 'flash', range: rangeOf(row) } as const;
  if (head.header.chip.name !== identity.chip) {
    const values = { name: row.name, chip: chipWords(head.header), own: identity.chip };
    const found = diagnosisFinding('app-for-another-chip', place, values);
    return { check: { state: 'damaged', says: found.says }, found: [found] };
  }
  const examined = esp.examined.get(row.offset);
  if (examined === undefined) return { check: { state: 'damaged', says: whyNotExamined(row) }, found: [] };
  // The length is an upper bound, so it counts only for what surely goes on behind the partition.
  const goesOn = examined.some(({ kind }) => kind === 'image-truncated');
  const needs = goesOn ? await lengthOf(row, esp.flashSize, how) : 0;
  if (needs > row.size) {
    const values = { name: row.name, needs: bytes(needs), has: bytes(row.size) };
    const found = diagnosisFinding('app-larger-than-slot', place, values);
    return { check: { state: 'damaged', says: found.says }, found: [found] };
  }
  const problem = examined.find(({ verdict }) => verdict === 'problem');
  if (problem !== undefined) return { check: { state: 'damaged', says: problem.says }, found: [] };
  const says = board.contents.find(({ address, kind }) => address === row.offset && kind === 'app')?.says;
  return { check: { state: 'whole', says: says ?? 'Read completely.' }, found: [] };
}

/** Why an image for this chip was not read whole: the bootloader does not load it, whatever else it holds. */
function whyNotExamined({ size }: TableRow): string {
  return size > LARGEST_APP_PARTITION
    ? `The bootloader loads nothing from a partition larger than ${bytes(LARGEST_APP_PARTITION)}.`
    : 'There is no app in it: its header is not that of one.';
}

/** The length that the image's own segments give, as far as the flash holds their headers; in bytes. */
function lengthOf({ offset }: TableRow, flashSize: number, how: DiagnosisReads): Promise<number> {
  return imageLength(offset, flashSize - offset, (address, size) => {
    const within = Math.max(0, Math.min(size, flashSize - address));
    return how.bytesOf({ region: REGION, address, size: within }).read(0, within);
  });
}
