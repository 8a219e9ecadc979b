/** What a closer look at a board in DFU mode comes to: each module and extension, read whole. */
import type { Check, Diagnosis } from '../../flash/diagnosis.ts';
import { diagnosisOf } from '../../flash/diagnosis.ts';
import { contentSays } from './boot.ts';
import type { ReadContents } from './contents.ts';
import { extentRead } from './contents.ts';
import type { DfuInspection } from './inspection.ts';
import { keyOf } from './inspection.ts';

/** The diagnosis of a board whose modules were read whole; `looked` is how much was read of everything else. */
export function diagnosisOfDfu(
  board: Pick<DfuInspection, 'layout' | 'boot' | 'findings' | 'dfu'>,
  looked: Omit<ReadContents, 'dfu'>,
): Diagnosis {
  const { layout, dfu } = board;
  const checks = layout.partitions.flatMap((partition): Check[] => {
    const held = dfu.held.get(keyOf(dfu.settings, partition));
    if (held === undefined || partition.role === 'protected') return [];
    return [{ name: partition.name, state: stateOf(held), says: contentSays(held, extentRead(partition, looked)) }];
  });
  return diagnosisOf(board, { checks });
}

function stateOf(held: Parameters<typeof contentSays>[0]): Check['state'] {
  if (held.kind === 'blank') return 'blank';
  // Programs and other data have no checksum.
  if (held.kind !== 'module' && held.kind !== 'extension') return 'unchecked';
  return held.sound === null ? 'unchecked' : held.sound ? 'whole' : 'damaged';
}
