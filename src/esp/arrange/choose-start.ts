/** A choice of what starts as bytes to write: each entry is an erase unit of its own, written in turn. */
import type { BootChoice } from '../../flash/boot-choice.ts';
import type { RankedRange } from '../../flash/arrangement.ts';
import type { Refusal } from '../../flash/finding.ts';
import type { Segment } from '../../flash/image.ts';
import { blankSegments } from '../../flash/image.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { EntryChange } from '../boot/choose.ts';
import { changeFor, unitOf } from '../boot/choose.ts';
import { REGION } from '../loader/target.ts';
import { otaSlot } from '../partitions/types.ts';
import type { BootOutcome } from './boot-outcome.ts';

/** What a choice of what starts writes, in which order, and what stands in its way or has to be asked. */
export interface ChosenStart {
  readonly segments: readonly Segment[];
  readonly ranks: readonly RankedRange[];
  readonly refusals: readonly Refusal[];
}

/** The bytes for a choice of what starts; nothing without one. */
export function chosenStart(choice: BootChoice | undefined, board: EspInspection): ChosenStart | null {
  if (choice === undefined) return null;
  const change = changeFor(choice, board);
  if (change.kind === 'refused') return { segments: [], ranks: [], refusals: [change.refusal] };
  const { otadata } = board.esp;
  if (otadata === null) return { segments: [], ranks: [], refusals: change.asks };
  const place = ({ index }: EntryChange) => ({ region: REGION, ...unitOf(otadata.row, index) });
  return {
    segments: change.entries.flatMap((entry): Segment[] => {
      const { data, why } = entry;
      const { region, address, size } = place(entry);
      return data === null
        ? blankSegments(board.layout.map, [{ region, address, size }], why)
        : [{ region, address, data, why }];
    }),
    ranks: change.entries.map((entry, i) => ({ ...place(entry), rank: i + 1 })),
    refusals: change.asks,
  };
}

/** Whether only the header of the app that then starts was read, and nothing starts if the rest of it is damaged. */
export function isStartUnread(board: EspInspection, { prediction: { boots, fallbacks } }: BootOutcome): boolean {
  return (
    boots !== null && !isKnownWhole(board, boots.offset) && !fallbacks.some(({ offset }) => board.esp.loads.has(offset))
  );
}

/** Whether all bytes of the app at an offset were read, or verified when a job of this session wrote them. */
function isKnownWhole({ esp }: EspInspection, offset: number): boolean {
  return esp.examined.has(offset) || esp.verified.has(offset);
}

/** What else there is to know of a choice, as sentences: what was not read, and what the bootloader then does by itself. */
export function choiceWords(board: EspInspection, { prediction }: BootOutcome): string {
  const { boots, fallbacks, writes } = prediction;
  if (boots === null) return '';
  const net = fallbacks.find(({ offset }) => board.esp.loads.has(offset));
  const instead = net === undefined ? 'nothing starts' : `the bootloader starts ${net.name} instead`;
  const read = isKnownWhole(board, boots.offset)
    ? ''
    : ` Only the header of the app in ${boots.name} was read: if the rest is damaged, ${instead}.`;
  const own = writes.some(({ record }) => record === 0) && otaSlot(boots) !== null;
  return `${read}${own ? ` The bootloader then writes an entry for ${boots.name} by itself.` : ''}`;
}
