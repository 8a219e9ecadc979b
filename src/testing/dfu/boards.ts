/** For tests: boards in DFU mode inspected from bytes, and files placed on them as a session would. */
import type { Choice, DroppedFile, Placement } from '../../flash/dropped-file.ts';
import { makeCancel } from '../../flash/failure.ts';
import { dfuFamily as FAMILY } from '../../dfu/family.ts';
import type { TestModule } from './particle-images.ts';
import { buildModule } from './particle-images.ts';
import { dfuFailure } from '../../dfu/failures.ts';
import type { DfuDevice } from '../../dfu/protocol/device.ts';
import type { ArrangedFile, Arrangement } from '../../flash/arrangement.ts';
import { imageIn } from '../../flash/arrangement.ts';
import type { DfuBoard } from '../../dfu/board/inspect.ts';
import { readMemoryStrings } from '../../dfu/protocol/memory-string.ts';

export { FAMILY };

const PARTICLE_MAP = '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg';
const DCT_MAP = '@DCT Flash   /0x00000000/01*016Kg';

/** The boards of the tests: what each reports over USB. */
const BOARDS = {
  photon: { usb: [0x2b04, 0xd006], maps: [PARTICLE_MAP, DCT_MAP] },
  p1: { usb: [0x2b04, 0xd008], maps: [PARTICLE_MAP, DCT_MAP, '@Serial Flash   /0x00000000/256*004Kg'] },
  electron: { usb: [0x2b04, 0xd00a], maps: [PARTICLE_MAP, DCT_MAP] },
  core: {
    usb: [0x1d50, 0x607f],
    maps: ['@Internal Flash  /0x08000000/20*001Ka,108*001Kg', '@ SPI Flash : SST25x/0x00000000/512*04Kg'],
  },
  f405: {
    usb: [0x0483, 0xdf11],
    maps: [
      '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
      '@Option Bytes  /0x1FFFC000/01*016 e',
      '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
      '@Device Feature/0xFFFF0000/01*004 e',
    ],
  },
  // A RISC-V chip.
  gd32vf103: { usb: [0x28e9, 0x0189], maps: ['@Internal Flash  /0x08000000/128*001Kg'] },
  // An older ROM, whose memory string grants more rights than it should.
  f407: {
    usb: [0x0483, 0xdf11],
    maps: [
      '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
      '@Option Bytes  /0x1FFFC000/01*016 g',
      '@OTP Memory /0x1FFF7800/01*512 g,01*016 g',
    ],
  },
  unknown: { usb: [0x1234, 0x5678], maps: ['@Flash/0x08000000/8*2Kg', 'nonsense'] },
  // Two memories of one name.
  twins: { usb: [0x1234, 0x5679], maps: ['@Flash/0x08000000/8*2Kg', '@Flash/0x09000000/8*2Kg'] },
} as const satisfies Record<string, { usb: readonly [number, number]; maps: readonly string[] }>;

/** The name of a test board. */
export type BoardName = keyof typeof BOARDS;

/** How a test board differs from the plain one. */
export interface TestBoard {
  readonly readProtected?: boolean;
  /** The memory string of the first memory, if not the board’s own. */
  readonly map?: string;
  readonly quirks?: DfuDevice['dfu']['quirks'];
  /** The first address of a memory that the device refuses to read. */
  readonly refuses?: number;
}

/** A device whose internal flash holds these bytes from 0x08000000; all other memories are blank. */
export function deviceOf(name: BoardName, flash: Uint8Array, options: TestBoard = {}): DfuDevice {
  const { usb, maps } = BOARDS[name];
  const strings = [options.map ?? maps[0], ...maps.slice(1)];
  const settings = readMemoryStrings(strings).map((memory, number) => ({
    number,
    name: strings[number] ?? '',
    memory,
  }));
  const never = () => Promise.reject(new RangeError('a test board is only read'));
  const device: DfuDevice = {
    dfu: {
      vendorId: usb[0],
      productId: usb[1],
      serial: null,
      settings,
      quirks: options.quirks ?? [],
      transferSize: 2048,
      commands: null,
      readProtected: options.readProtected ?? false,
      unlockMs: options.readProtected === true ? 35_000 : null,
    },
    identify: () => Promise.resolve({ family: 'dfu', chip: 'STM32', revision: '', key: null, facts: [] }),
    readMap: () =>
      Promise.resolve({
        regions: settings.flatMap(({ memory }) => (memory.kind === 'memory' ? memory.regions : [])),
      }),
    read: ({ region, address, size }, watch) => {
      const place = { in: 'flash', range: { region, address, size } } as const;
      const refused = dfuFailure('dfu-refused', { values: { command: 'read', status: 'errTARGET' }, place });
      const [memory] = settings.flatMap((each) =>
        each.memory.kind === 'memory' ? each.memory.regions.filter(({ id }) => id === region) : [],
      );
      if (memory !== undefined && memory.start === options.refuses) return Promise.reject(refused);
      watch.onBytes?.(size);
      const inside = address >= 0x08000000 && address < 0x08000000 + flash.length;
      const data = flash.slice(address - 0x08000000, address - 0x08000000 + size);
      return Promise.resolve(inside ? data : new Uint8Array(size).fill(0xff));
    },
    rewrite: never,
    restart: never,
    close: () => Promise.resolve(),
    pace: () => ({ writeBytesPerSecond: 1, readBytesPerSecond: 1, digestBytesPerSecond: 1, stretchMs: 1 }),
  };
  if (options.readProtected === true) delete device.read;
  return device;
}

/** The inspection of such a board. */
export function boardOf(name: BoardName, flash: Uint8Array, options: TestBoard = {}): Promise<DfuBoard> {
  return FAMILY.inspect(deviceOf(name, flash, options), makeCancel(), () => undefined);
}

/** A blank flash of 1 MiB with these bytes at addresses. */
export function flashOf(...pieces: readonly (readonly [address: number, data: Uint8Array])[]): Uint8Array {
  const flash = new Uint8Array(0x100000).fill(0xff);
  for (const [address, data] of pieces) flash.set(data, address - 0x08000000);
  return flash;
}

const PHOTON_SYSTEM: readonly TestModule[] = [
  { start: 0x08020000, function: 4, index: 1, vectors: true, version: 207 },
  { start: 0x08060000, function: 4, index: 2, vectors: true, version: 207, dependencies: [[4, 1, 207]] },
];
const ELECTRON_SYSTEM: readonly TestModule[] = [
  { start: 0x08020000, function: 4, index: 1, vectors: true, version: 207, platform: 10 },
  { start: 0x08040000, function: 4, index: 2, vectors: true, version: 207, platform: 10 },
  { start: 0x08060000, function: 4, index: 3, version: 207, platform: 10 },
];

/** A Photon's flash with system firmware and a user application, plus whatever is added. */
export function photonFlash(...more: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const parts = PHOTON_SYSTEM.map((part) => [part.start ?? 0, buildModule(part)] as const);
  const user = buildModule({ version: 3, dependencies: [[4, 2, 207]] });
  return flashOf(
    [0x08000000, buildModule({ start: 0x08000000, function: 2, index: 0, vectors: true })],
    ...parts,
    [0x080a0000, user],
    ...more,
  );
}

/** The same for an Electron. */
export function electronFlash(...more: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const parts = ELECTRON_SYSTEM.map((part) => [part.start ?? 0, buildModule(part)] as const);
  const user = buildModule({ start: 0x08080000, platform: 10, version: 3, dependencies: [[4, 2, 207]] });
  return flashOf(...parts, [0x08080000, user], ...more);
}

/** A user application for the Electron. */
export function electronApp(options: TestModule = {}): Uint8Array {
  return buildModule({ start: 0x08080000, platform: 10, version: 4, ...options });
}

/** A file with a name. */
export function named(name: string, data: Uint8Array, at?: number): DroppedFile {
  return { name, data, ...(at !== undefined && { at }) };
}

/** Places files as a session would; `chosen` are the ids of a person's choices, by file name. */
export function place(
  files: readonly DroppedFile[],
  board: DfuBoard,
  chosen: Readonly<Record<string, string>> = {},
): Placement[] {
  const request = { files: files.map((file) => ({ file, choice: chosen[file.name] ?? null })) };
  return FAMILY.arrange(request, board).placements.map(({ file, choice }) => ({ file, choice }));
}

/** The arrangement of placed files. */
export function arranged(placements: readonly Placement[], board: DfuBoard): Arrangement {
  return FAMILY.arrange({ files: placements.map(({ file, choice }) => ({ file, choice: choice?.id ?? null })) }, board);
}

/** One file arranged alone on a board: its choices, and the units that can be picked for it. */
export function arrangedFile(file: DroppedFile, board: DfuBoard, choice: string | null = null): ArrangedFile {
  const [own] = FAMILY.arrange({ files: [{ file, choice }] }, board).placements;
  if (own === undefined) throw new RangeError('a request without its file');
  return own;
}

/** The kinds of all refusals and, prefixed with `?`, of all questions; sorted. */
export function kindsOf(placements: readonly Placement[], board: DfuBoard): string[] {
  return arranged(placements, board)
    .refusals.map(({ kind, consent }) => (consent === undefined ? kind : `?${kind}`))
    .toSorted();
}

/** The ids of choices; those that are never a default in brackets, those that do not fit prefixed with `!`. */
export function choiceIds(choices: readonly Choice[]): string[] {
  return choices.map(({ id, byHand, fits }) => `${fits ? '' : '!'}${byHand === true ? `(${id})` : id}`);
}

/** A flash starting at 0x08000000 with the bytes of all placements written over it. */
export function written(flash: Uint8Array, placements: readonly Placement[], board: DfuBoard): Uint8Array {
  const after = flash.slice();
  for (const { address, data } of imageIn(arranged(placements, board).content)) after.set(data, address - 0x08000000);
  return after;
}
