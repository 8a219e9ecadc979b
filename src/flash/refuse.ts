/** Refusals that follow from a board's geometry, whatever the chip. */
import type { Refusal, RefusalKind } from './finding.ts';
import { bytes, hex, refusals } from './finding.ts';
import type { Layout } from './layout.ts';
import type { EraseUnit, Range } from './map.ts';
import { contains, overlaps, regionEnd, regionRange, unitsTouching } from './map.ts';

/** Every kind of geometry refusal, with its words. */
export const GEOMETRY_REFUSALS = {
  'no-such-region': {
    says: (v) => `The board has no flash region named “${v['region']}”.`,
    next: (_, at) => `Choose a place ${at.either('on the flash map', 'in the flash of this board')}.`,
  },
  'past-the-end': {
    says: (v) => `The file would end at ${v['end']}, but the flash ends at ${v['limit']}: ${v['excess']} too much.`,
    next: 'Choose a place with more room, or a smaller file.',
  },
  'read-only': {
    says: (v) => `The board does not allow writes at ${v['address']} (${v['name']}).`,
    next: 'Choose another place.',
  },
  guarded: {
    says: (v) => `It is not safe to write at ${v['address']}: ${v['reason']}`,
    next: 'Choose another place.',
  },
  'neighbour-unknown': {
    says: (v) =>
      `The file covers only part of the erase unit at ${v['address']} (${v['size']}), and the rest of that unit ` +
      'could not be read, so it would be lost.',
    next: 'Choose a place that starts and ends on an erase unit boundary, or connect again and retry.',
  },
  'neighbour-ciphered': {
    says: (v) =>
      `The file covers only part of the erase unit at ${v['address']} (${v['size']}), which the board encrypts. ` +
      'The rest of the unit cannot be read, so it would be lost.',
    next: 'Choose a place that starts and ends on an erase unit boundary.',
  },
  'half-ciphered': {
    says: (v) =>
      `The board encrypts one part of the erase unit at ${v['address']} (${v['size']}) and not the other, so the ` +
      'unit cannot be written in one go.',
    next: 'Use a partition table whose partitions start and end on erase unit boundaries.',
  },
  'files-overlap': {
    says: (v) => `${v['file']} overlap at ${v['address']}: two files cannot be written to the same place.`,
    next: (_, at) => `Choose another place for one of them, or ${at.out} one.`,
    needs: 'place',
  },
} satisfies Record<string, RefusalKind>;

const refuse = refusals<keyof typeof GEOMETRY_REFUSALS>(GEOMETRY_REFUSALS);

/** Every reason in a layout's geometry not to write some ranges; empty if there is none. */
export function refuseGeometry(layout: Layout, ranges: readonly Range[]): Refusal[] {
  return ranges.flatMap(({ region: id, address: at, size }) => {
    const range = { region: id, address: at, size };
    const place = { in: 'flash', range } as const;
    const region = layout.map.regions.find((r) => r.id === range.region);
    if (region === undefined) return [refuse('no-such-region', place, { region: range.region })];
    const address = hex(range.address);
    const whole: Range = regionRange(region);
    if (!contains(whole, range)) {
      const end = range.address + range.size;
      const limit = regionEnd(region);
      return [refuse('past-the-end', place, { address, end: hex(end), limit: hex(limit), excess: bytes(end - limit) })];
    }
    const { erase, write } = region.access;
    if (!erase || !write) return [refuse('read-only', place, { address, name: region.name })];
    // A guard blocks every unit that it touches, because a unit can only be erased whole.
    const units = unitsTouching(region, range.address, range.size);
    return layout.guards
      .filter((guard) => units.some((unit) => overlaps(unit, guard)))
      .map((guard) => {
        const values = { address: hex(guard.address), reason: guard.reason };
        return refuse('guarded', { in: 'flash', range: guard }, values);
      });
  });
}

/** The refusal for a partly written unit whose other bytes are unknown and would be lost. */
export function refuseUnknown(unit: EraseUnit): Refusal {
  const values = { address: hex(unit.address), size: bytes(unit.size) };
  return refuse('neighbour-unknown', { in: 'flash', range: unit }, values);
}

/** The refusal for an encrypted unit of which only part is written; `whole`: the device encrypts all of the unit. */
export function refuseCiphered(unit: EraseUnit, whole: boolean): Refusal {
  const values = { address: hex(unit.address), size: bytes(unit.size) };
  return refuse(whole ? 'neighbour-ciphered' : 'half-ciphered', { in: 'flash', range: unit }, values);
}

/** The refusal for bytes that more than one file claims; `files` names the files. */
export function refuseOverlap(range: Range, files: string): Refusal {
  return refuse('files-overlap', { in: 'flash', range }, { address: hex(range.address), file: files });
}
