/** Everything that is against a set of files where they are to go. */
import type { Placement } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import type { EspInspection } from '../board/inspection.ts';
import { UNIT } from '../partitions/layout.ts';
import { activeRecord, readRecord, RECORD_DISTANCE, slotOf } from '../boot/otadata.ts';
import { otaSlot } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import { checkFile } from './check-file.ts';
import { checkReach } from './check-reach.ts';
import { checkSecurity } from './check-security.ts';
import { checkAssumedSize, checkErase, checkFrequency, checkMode } from './check-settings.ts';
import { checkTableAndHeader } from './check-table.ts';
import { bootOutcomeOf } from './boot-outcome.ts';
import { refuse } from './refusals.ts';
import { contextOfAll } from './context.ts';
import { startsOf } from './segments.ts';
import { settingSegmentsOf } from './setting-segments.ts';
import { inFile, shown } from './words.ts';
import { identify } from './identify.ts';

/** Every reason not to put files where they are to go, and every question that comes first. */
export function checkFiles(placements: readonly Placement[], board: EspInspection): Refusal[] {
  if (placements.length === 0 && settingSegmentsOf(placements, board).length === 0) return [];
  if (board.esp.looksEncrypted && board.esp.security.encryption.on === 'unknown') {
    const range = { region: REGION, address: board.esp.bootloader.address, size: UNIT };
    // Whatever else could be said of these files supposes that the flash can be read.
    const files = placements.length === 0 ? ['Your choice'] : placements.map(({ file }) => shown(file));
    return files.map((file) => refuse('board-encrypted', { in: 'flash', range }, { file }));
  }
  const unsized = checkAssumedSize(placements, board);
  if (unsized.length > 0) return unsized;
  const context = contextOfAll(placements, board);
  const found = placements.flatMap((placement) => checkFile(placement, context));
  found.push(...checkTableAndHeader(placements, context), ...checkReach(placements, context));
  found.push(
    ...checkSecurity(placements, context),
    ...checkMode(context),
    ...checkFrequency(context),
    ...checkErase(placements, context),
  );
  const starts = startsOf(placements, context);
  const [first, ...others] = starts;
  if (first !== undefined && others.some(({ row }) => row.offset !== first.row.offset)) {
    const files = starts.map(({ placement }) => shown(placement.file)).join(' and ');
    found.push(
      refuse('two-starts', inFile(first.placement.file), {
        files,
        partitions: starts.map(({ row }) => row.name).join(' and '),
      }),
    );
  }
  return [...found, ...checkChoice(placements, board)];
}

/** A boot choice from a file that selects a slot which will hold no app. */
function checkChoice(placements: readonly Placement[], board: EspInspection): Refusal[] {
  const brought = placements.find(({ file, choice }) => choice !== null && identify(file, board).is === 'otadata');
  if (brought === undefined) return [];
  const { context, loads, prediction } = bootOutcomeOf(placements, board);
  const { data } = brought.file;
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
    refuse('choice-of-empty-slot', inFile(brought.file), {
      file: shown(brought.file),
      partition,
      instead,
      seq: records[active].seq,
    }),
  ];
}
