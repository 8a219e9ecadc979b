/**
 * The boards with an STM32 whose flash can be opened from a file: nothing in such a dump says which board it is of. A file is the
 * internal flash alone.
 */
import { STM32_PROFILES, PARTICLE_PROFILES } from '../dfu/board/profiles.ts';
import type { BoardProfile } from '../dfu/board/profile.ts';
import type { MemoryReading } from '../dfu/protocol/memory-string.ts';
import { readMemoryStrings } from '../dfu/protocol/memory-string.ts';
import { treatmentOf } from '../dfu/protocol/quirks.ts';
import type { Region } from '../flash/map.ts';
import { regionSize } from '../flash/map.ts';

/** A board of which a dump may be; sizes in bytes. */
export interface DumpBoard {
  readonly id: string;
  readonly name: string;
  readonly profile: BoardProfile;
  readonly vendorId: number;
  readonly productId: number;
  readonly memory: MemoryReading;
  readonly regions: readonly Region[];
  readonly size: number;
}

/** What Particle's bootloader names its internal flash: device-os, usbd_dfu_desc.c and, for the Core, usb_desc.c. */
const PARTICLE_MEMORY: Readonly<Record<(typeof PARTICLE_PROFILES)[number]['id'], string>> = {
  photon: '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg',
  p1: '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg',
  electron: '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg',
  core: '@Internal Flash  /0x08000000/20*001Ka,108*001Kg',
};

/** How much of each partition is read at first, in bytes: what a transfer over USB brings, which a file does not have. */
export const GLANCE = 4096;

/** Every board, the Particle boards first. */
export const DUMP_BOARDS: readonly DumpBoard[] = [
  ...PARTICLE_PROFILES.map((profile) => boardOf(profile, PARTICLE_MEMORY[profile.id])),
  ...STM32_PROFILES.map((profile) => boardOf(profile, memoryString(profile.shapes?.[0] ?? ''))),
];

/** The memory string of a chip whose whole flash can be read, erased and written: `0x8000000: 4*16K` as a device says it. */
function memoryString(shape: string): string {
  const [start = '', runs = ''] = shape.split(': ');
  const each = runs.split(' ').map((run) => (run.endsWith('K') ? `${run}g` : `${run}Bg`));
  return `@Internal Flash  /${start}/${each.join(',')}`;
}

function boardOf(profile: BoardProfile, text: string): DumpBoard {
  const { vendorId, productId } = profile.usb?.[0] ?? { vendorId: 0, productId: 0 };
  const facts = { vendorId, productId, serial: null, names: [text], transferSize: GLANCE };
  const { behaviour } = treatmentOf(facts);
  const [memory] = readMemoryStrings([text], behaviour.blank);
  const { id, name } = profile;
  if (memory?.kind !== 'memory') throw new RangeError(`the memory of the ${name} cannot be read: ${text}`);
  const size = memory.regions.reduce((sum, region) => sum + regionSize(region), 0);
  return { id, name, profile, vendorId, productId, memory, regions: memory.regions, size };
}

/** Whether a map has the internal flash of a board: the same regions with the same erase units. */
export function hasMemory(regions: readonly Region[], board: DumpBoard): boolean {
  const shape = (some: readonly Region[]) => JSON.stringify(some.map(({ id, start, runs }) => ({ id, start, runs })));
  const ids = board.regions.map(({ id }) => id);
  return shape(regions.filter(({ id }) => ids.includes(id))) === shape(board.regions);
}
