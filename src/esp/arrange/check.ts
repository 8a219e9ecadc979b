/** Collects all refusals and questions about a request. */
import { isFinal } from '../../flash/arrangement.ts';
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import { activeRecord, readRecord, RECORD_DISTANCE, slotOf } from '../boot/otadata.ts';
import { UNIT } from '../flash-geometry.ts';
import { otaSlot } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import type { EspArranged } from './arrange.ts';
import { checkFile } from './check-file.ts';
import { checkLoss } from './check-loss.ts';
import { checkReach } from './check-reach.ts';
import { checkSecurity } from './check-security.ts';
import { checkAssumedSize, checkErase, checkFrequency, checkMode } from './check-settings.ts';
import { checkTableAndHeader } from './check-table.ts';
import { encryptionUnsure } from '../board/read-access.ts';
import { refuse } from './refusals.files.ts';
import { startsOf } from './segments.ts';
import { inFile, shown } from '../../formats/words.ts';

/** Every refusal of a request, and every question to answer first. */
export function checkFiles(arranged: EspArranged): Refusal[] {
  const { placed, beside, context } = arranged;
  const { board } = context;
  if (placed.length === 0 && beside.length === 0) return [];
  if (board.esp.looksEncrypted && board.esp.security.encryption.on === 'unknown') {
    const range = { region: REGION, address: board.esp.bootloader.address, size: UNIT };
    // All other checks assume that the flash can be read.
    const files = placed.length === 0 ? ['Your choice'] : placed.map(({ file }) => shown(file));
    const whose = board.identity.file === undefined ? 'this board’s' : 'the';
    const unsure = encryptionUnsure(board.esp);
    return files.map((file) => refuse('board-encrypted', { in: 'flash', range }, { file, whose, unsure }));
  }
  const unsized = checkAssumedSize(placed, board);
  if (unsized.length > 0) return unsized;
  const found = placed.flatMap((placement) => checkFile(placement, context));
  found.push(...checkTableAndHeader(arranged), ...checkReach(placed, context));
  found.push(
    ...checkSecurity(arranged),
    ...checkMode(context),
    ...checkFrequency(context),
    ...checkErase(beside, context),
    ...checkSamePlace(arranged),
    ...checkStarts(arranged),
  );
  found.push(...checkChoice(arranged));
  // Whether something may be lost is only worth asking if it can be written at all.
  return found.some(isFinal) ? found : [...found, ...checkLoss(arranged)];
}

/** Asks about files that are to go to the same place: each file alone may fit there. */
function checkSamePlace({ placed }: EspArranged): Refusal[] {
  const written = placed.filter(({ own }) => own.length > 0);
  return written.flatMap(({ choice }, i) => {
    if (choice === null) return [];
    const alike = written.filter((other) => other.choice?.address === choice.address);
    if (alike.length < 2 || alike[0] !== written[i]) return [];
    const file = alike.map((each) => shown(each.file)).join(' and ');
    const partition = choice.place === 'app' || choice.place === 'data' ? choice.row.name : choice.name;
    const range = { region: REGION, address: choice.address, size: choice.size };
    return [refuse('same-place', { in: 'flash', range }, { file, partition, address: hex(choice.address) })];
  });
}

/** Refuses files that each ask for a different partition to start. */
function checkStarts({ placed }: EspArranged): Refusal[] {
  const starts = startsOf(placed).flatMap(({ file, choice }) =>
    choice?.start === undefined ? [] : [{ file, row: choice.start.row }],
  );
  const [first, ...others] = starts;
  if (first === undefined || others.every(({ row }) => row.offset === first.row.offset)) return [];
  const files = starts.map(({ file }) => shown(file)).join(' and ');
  return [
    refuse('two-starts', inFile(first.file), { files, partitions: starts.map(({ row }) => row.name).join(' and ') }),
  ];
}

/** Refuses an otadata file that selects a slot without an app. */
function checkChoice({ placed, context, outcome }: EspArranged): Refusal[] {
  const otadata = placed.find(({ what, choice }) => choice !== null && what.is === 'otadata');
  if (otadata === undefined) return [];
  const { loads, prediction } = outcome;
  const { data } = otadata.file;
  const records = [readRecord(data), readRecord(data.subarray(RECORD_DISTANCE))] as const;
  const active = activeRecord([records[0], records[1]]);
  if (active === null) return [];
  const slots = context.table.rows.filter((row) => otaSlot(row) !== null);
  const slot = slots.length === 0 ? null : slotOf(records[active].seq, slots.length);
  const row = slots.find((other) => otaSlot(other) === slot);
  if (row !== undefined && loads(row)) return [];
  const instead =
    prediction.boots === null ? 'Nothing would start.' : `The bootloader would fall back to ${prediction.boots.name}.`;
  const partition = row?.name ?? (slot === null ? 'an app slot that does not exist' : `ota_${slot}`);
  return [
    refuse('choice-of-empty-slot', inFile(otadata.file), {
      file: shown(otadata.file),
      partition,
      instead,
      seq: records[active].seq,
    }),
  ];
}
