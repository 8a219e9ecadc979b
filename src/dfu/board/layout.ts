/** The layout of a board: partitions and guards over its memories, from its memory strings and its profile. */
import type { Guard, Layout, Partition } from '../../flash/layout.ts';
import type { FlashMap, Region } from '../../flash/map.ts';
import { overlaps, regionEnd, regionRange, regionSize } from '../../flash/map.ts';
import type { AlternateSetting } from '../protocol/device.ts';
import { onBoard } from './inspection.ts';
import type { BoardProfile, ProfileGuard, ProfileRange } from './profile.ts';

/** Memories that are not program flash: writing them by mistake can brick the chip. */
const SPECIAL: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: /option/i,
    reason:
      'these are option bytes: they set the chip’s protections, and some values can never be changed back. Sectorwise ' +
      'never writes them.',
  },
  {
    pattern: /otp/i,
    reason: 'this memory can be written once and never erased. Sectorwise never writes it.',
  },
  { pattern: /device feature/i, reason: 'this is not flash: it describes the chip’s features.' },
];

/** Whether a memory is one that is never written: option bytes, OTP or device feature. */
export function isSpecial({ memory }: AlternateSetting): boolean {
  return memory.kind === 'memory' && SPECIAL.some(({ pattern }) => pattern.test(memory.name));
}

/** The layout of a board, partitions in the order of the map; regions that no profile names are one partition each. */
export function layoutOf(map: FlashMap, settings: readonly AlternateSetting[], profile: BoardProfile | null): Layout {
  const board = { dfu: { settings } };
  const known = (profile?.partitions ?? []).flatMap((partition): Partition[] => {
    const range = onBoard(board, partition);
    const { name, role, type, system } = partition;
    return range === null ? [] : [{ ...range, name, role, type, ...(system === true && { system }) }];
  });
  const partitions = [...known, ...settings.flatMap((setting) => ownPartitions(setting, known))];
  const guards = [
    ...(profile?.guards ?? []).flatMap((guard) =>
      cut(guard, settings).map((range): Guard => ({ ...range, reason: wholeReason(guard) })),
    ),
    ...settings.flatMap(specialGuards),
  ];
  const order = map.regions.map(({ id }) => id);
  const sorted = partitions.toSorted(
    (a, b) => order.indexOf(a.region) - order.indexOf(b.region) || a.address - b.address,
  );
  return { map, partitions: sorted, guards, ciphered: [] };
}

/** Why a guarded range is not written, where nothing beside it says a part of that. */
function wholeReason({ reason, refused }: ProfileGuard): string {
  return refused === undefined ? `${reason}.` : `${reason}, and ${refused}.`;
}

/** A range of a profile as one range per region: different rights may split it. */
export function cut({ setting, address, size }: ProfileRange, settings: readonly AlternateSetting[]) {
  const memory = settings.find(({ number }) => number === setting)?.memory;
  if (memory?.kind !== 'memory') return [];
  return memory.regions.flatMap((region) => {
    const from = Math.max(address, region.start);
    const to = Math.min(address + size, regionEnd(region));
    return from < to ? [{ region: region.id, address: from, size: to - from }] : [];
  });
}

/** Each region that no partition of a profile touches, as a partition of its own. */
function ownPartitions(setting: AlternateSetting, known: readonly Partition[]): Partition[] {
  const { memory, number } = setting;
  if (memory.kind !== 'memory') return [];
  return memory.regions.flatMap((region, i): Partition[] => {
    const whole = regionRange(region);
    if (known.some((partition) => overlaps(partition, whole))) return [];
    const name = i === 0 ? memory.name : `${memory.name} ${i + 1}`;
    if (isSpecial(setting)) return [{ ...whole, name, role: 'protected', type: 'not for programs' }];
    const main = number === 0;
    return [{ ...whole, name, role: main ? 'app' : 'data', type: main ? 'the chip’s flash' : 'separate memory' }];
  });
}

function specialGuards({ memory }: AlternateSetting): Guard[] {
  if (memory.kind !== 'memory') return [];
  const found = SPECIAL.find(({ pattern }) => pattern.test(memory.name));
  if (found === undefined) return [];
  return memory.regions.map((region) => ({
    region: region.id,
    address: region.start,
    size: regionSize(region),
    reason: found.reason,
  }));
}

/** Whether a region can be erased and written. */
export function isWritable({ access }: Region): boolean {
  return access.erase && access.write;
}
