/** Checks settings and file systems with the codecs that also list them, and says where what is expected is not there. */
import type { Check } from '../../flash/diagnosis.ts';
import type { DiagnosisReads } from '../../flash/family.ts';
import type { Finding, Place } from '../../flash/finding.ts';
import { isFilledWith } from '../../formats/binary.ts';
import type { EspInspection, Checked } from '../board/inspection.ts';
import { openedIn } from '../contents/formats.ts';
import { keysOf } from '../contents/open-partition.ts';
import { UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { rangeOf, sizeInFlash } from '../partitions/layout.ts';
import type { TableRow } from '../partitions/table.ts';
import { DATA, FILE_SYSTEM_NAMES, fileSystemOf, TYPE_DATA } from '../partitions/types.ts';
import { diagnosisFinding } from './findings.ts';

/** How much of a partition is looked at before it counts as blank: more than any format leaves unwritten at its start. */
const START = 2 * UNIT;

/** Rejects with the `Failure`s of reading. */
export async function checkContents(board: EspInspection, how: DiagnosisReads): Promise<Checked> {
  const keys = await keysOf(board, (range) => how.bytesOf(range).read(0, range.size));
  const checks: Check[] = [];
  const findings: Finding[] = [];
  for (const row of board.esp.table.reading.rows) {
    const format = expectedIn(row);
    const size = sizeInFlash(row, board.esp.flashSize);
    if (format === null || size === 0) continue;
    how.watch.cancel.check();
    const bytes = how.bytesOf({ ...rangeOf(row), size });
    const opened = await openedIn(bytes, row, { keys });
    if (opened === null || opened.opened.listing.kind === 'unknown') {
      const isBlank = isFilledWith(await bytes.read(0, START), 0xff);
      if (!isBlank) findings.push(diagnosisFinding('contents-lost', placeOf(row), { name: row.name, format }));
      const says = isBlank ? `Blank: the firmware makes its ${format} there when it needs it.` : `No ${format} in it.`;
      checks.push({ name: row.name, state: isBlank ? 'whole' : 'damaged', says });
      continue;
    }
    const { listing } = opened.opened;
    const own = listing.findings.map((finding) => ({ ...finding, place: onBoard(finding.place, row) }));
    findings.push(...own);
    const worst = own.find(({ verdict }) => verdict === 'problem') ?? own.find(({ verdict }) => verdict === 'warning');
    const about = listing.kind === 'explained' ? listing.format : `${listing.format}, ${listing.details}`;
    checks.push({ name: row.name, state: worst === undefined ? 'whole' : 'damaged', says: worst?.says ?? `${about}.` });
  }
  return { checks, findings };
}

/** What the firmware expects in a partition of this type; null where this cannot be checked. */
function expectedIn(row: TableRow): string | null {
  if (row.type === TYPE_DATA && row.subtype === DATA.nvs) return 'NVS';
  return FILE_SYSTEM_NAMES.get(fileSystemOf(row) ?? '') ?? null;
}

function placeOf(row: TableRow): Place {
  return { in: 'flash', range: rangeOf(row) };
}

/** A codec names places by their offset in the partition, or none at all. */
function onBoard(place: Place, row: TableRow): Place {
  if (place.in !== 'file' || place.offset === undefined) return placeOf(row);
  return {
    in: 'flash',
    range: { region: REGION, address: row.offset + place.offset, size: Math.min(UNIT, row.size - place.offset) },
  };
}
