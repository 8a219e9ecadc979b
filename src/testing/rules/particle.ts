/**
 * Test support: what breaks each rule about boards in DFU mode, their modules and their files. Nothing of the app imports it.
 */
import type { DfuFindingKind } from '../../dfu/board/findings.ts';
import { DFU_FINDINGS } from '../../dfu/board/findings.ts';
import { unpackFiles } from '../../dfu/arrange/unpack.ts';
import type { BoardName, TestBoard } from '../dfu/boards.ts';
import {
  flashOf,
  boardOf,
  electronApp,
  electronFlash,
  arranged,
  named,
  PARTS,
  photonFlash,
  place,
} from '../dfu/boards.ts';
import type { DroppedFile, Source } from '../../flash/family.ts';
import { writeDfuSe } from '../../formats/dfu-file.ts';
import { HASHES } from '../../formats/hashes.ts';
import { readExtension } from '../../dfu/particle/extension.ts';
import { readModule, sealModule } from '../../dfu/particle/module.ts';
import type { TestModule } from '../dfu/particle-images.ts';
import { buildExtension, buildModule } from '../dfu/particle-images.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';

const FILE = { in: 'file', name: 'x.bin' } as const;

function ofModule(data: Uint8Array): string[] {
  const reading = readModule(data, HASHES, FILE);
  return reading.kind === 'not-a-module' ? [] : kindsOf(reading.findings);
}

function ofExtension(data: Uint8Array): string[] {
  const reading = readExtension(data, FILE);
  return reading.kind === 'not-an-extension' ? [] : kindsOf(reading.findings);
}

const MODULE_CASES: readonly RuleCase[] = [
  {
    kind: 'module-cut-short',
    broken: () => ofModule(buildModule().slice(0, -1)),
    mended: () => ofModule(buildModule()),
  },
  {
    kind: 'module-crc-wrong',
    broken: () => ofModule(patched(buildModule(), 0x1000, 0, 0)),
    mended: () => ofModule(buildModule()),
  },
  {
    kind: 'module-sha-wrong',
    also: ['module-crc-wrong'],
    broken: () => ofModule(patched(buildModule(), 0xff0, 0, 0)),
    mended: () => ofModule(patched(buildModule(), 0x1000, 0, 0)),
  },
  {
    kind: 'module-unsealed',
    broken: () => ofModule(buildModule({ unsealed: true })),
    mended: () => ofModule(sealModule(buildModule({ unsealed: true }), HASHES)),
  },
  {
    kind: 'module-suffix-odd',
    broken: () => ofModule(sealModule(patched(buildModule(), 0xffe, 38), HASHES)),
    mended: () => ofModule(sealModule(patched(buildModule(), 0xffe, 40), HASHES)),
  },
  {
    kind: 'module-trailing',
    broken: () => ofModule(patched(new Uint8Array(0x1005), 0, ...buildModule())),
    mended: () => ofModule(buildModule()),
  },
  {
    kind: 'extension-cut-short',
    broken: () => ofExtension(buildExtension().slice(0, -1)),
    mended: () => ofExtension(buildExtension()),
  },
  {
    kind: 'extension-crc-wrong',
    broken: () => ofExtension(patched(buildExtension(), 0x7fe, 0, 0)),
    mended: () => ofExtension(buildExtension()),
  },
  {
    kind: 'extension-unsealed',
    broken: () => ofExtension(buildExtension({ unsealed: true })),
    mended: () => ofExtension(patched(buildExtension(), 4)),
  },
];

/** The reported kinds for a board with the verdict of one kind, and everything that is wrong. */
async function ofBoard(
  about: DfuFindingKind,
  name: BoardName,
  flash: Uint8Array,
  options: TestBoard = {},
): Promise<string[]> {
  const { findings } = await boardOf(name, flash, options);
  const told = ['problem', 'warning', DFU_FINDINGS[about].verdict];
  return kindsOf(findings.filter(({ verdict }) => told.includes(verdict)));
}

interface BoardCase {
  readonly kind: DfuFindingKind;
  readonly also?: readonly string[];
  readonly broken: readonly [BoardName, Uint8Array, TestBoard?];
  readonly mended: readonly [BoardName, Uint8Array, TestBoard?];
}

const blank = new Uint8Array(0x100000).fill(0xff);
const user = (options: TestModule = {}) => photonFlash([0x080a0000, buildModule(options)]);
const factory = (data: Uint8Array) => photonFlash([0x080e0000, data]);
const longApp = (size: number) => electronFlash([0x08080000, electronApp({ size })]);

const system1 = (platform: number) => buildModule({ start: 0x08020000, function: 4, platform, version: 207 });

const BOARD_CASES: readonly BoardCase[] = [
  { kind: 'board-known', broken: ['photon', photonFlash()], mended: ['f405', blank] },
  { kind: 'board-by-its-map', broken: ['f405', blank], mended: ['photon', photonFlash()] },
  {
    kind: 'board-unknown',
    broken: ['f405', blank, { map: '@Flash/0x08000000/8*2Kg' }],
    mended: ['f405', blank],
  },
  {
    kind: 'memory-unreadable',
    broken: ['f405', blank, { refuses: 0x08000000 }],
    mended: ['f405', blank],
  },
  { kind: 'memory-not-understood', broken: ['unknown', blank], mended: ['f405', blank] },
  {
    kind: 'map-lies',
    broken: ['photon', photonFlash()],
    mended: ['photon', photonFlash(), { map: '@Internal Flash/0x08000000/04*016Ka,01*064Ka,07*128Kg' }],
  },
  {
    kind: 'quirk-applied',
    also: ['board-by-its-map'],
    broken: ['f405', blank, { quirks: [{ id: 'slow', name: 'Slow', says: 'it takes its time.' }] }],
    mended: ['f405', blank],
  },
  { kind: 'chip-read-protected', broken: ['f405', blank, { readProtected: true }], mended: ['f405', blank] },
  {
    kind: 'module-for-another-platform',
    broken: ['photon', photonFlash([0x08020000, system1(8)])],
    mended: ['photon', photonFlash([0x08020000, system1(6)])],
  },
  {
    kind: 'dependency-missing',
    broken: ['photon', user({ dependencies: [[4, 2, 208]] })],
    mended: ['photon', user({ dependencies: [[4, 2, 207]] })],
  },
  {
    kind: 'application-past-its-sector',
    also: ['map-lies'],
    broken: ['electron', longApp(0x20004)],
    mended: ['electron', longApp(0x20000 - 4)],
  },
  {
    kind: 'factory-slot-holds-application',
    broken: ['photon', factory(buildModule())],
    mended: ['photon', factory(buildModule({ platform: 8 }))],
  },
  {
    kind: 'factory-slot-only-looks-right',
    broken: ['photon', factory(patched(buildModule(), 14, 0x77))],
    mended: ['photon', factory(patched(buildModule(), 12, 0x77, 0, 0x77))],
  },
  {
    kind: 'extension-there',
    also: ['board-known'],
    broken: ['photon', factory(buildExtension())],
    mended: ['photon', photonFlash()],
  },
  {
    kind: 'extension-in-another-place',
    broken: ['photon', factory(buildExtension({ address: 0x080c0000 }))],
    mended: ['photon', factory(buildExtension())],
  },
];

/** Files dropped on a board and placed. */
interface Drop {
  readonly board?: readonly [BoardName, Uint8Array, TestBoard?];
  readonly files: readonly DroppedFile[];
  readonly chosen?: Readonly<Record<string, string>>;
}

async function ofDrop({ board = ['photon', photonFlash()], files, chosen }: Drop): Promise<string[]> {
  const [name, flash, options] = board;
  const inspected = await boardOf(name, flash, options);
  return kindsOf(arranged(place(files, inspected, chosen), inspected).refusals);
}

interface FileCase {
  readonly kind: string;
  readonly also?: readonly string[];
  readonly broken: Drop;
  readonly mended: Drop;
}

const app = (options: TestModule = {}) => named('app.bin', buildModule({ version: 4, ...options }));
const noise = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 89) % 251);
const data = (size = 0x100) => named('data.bin', noise(size));
const ELECTRON = ['electron', electronFlash()] as const;
const at = (address: number) => ({ 'data.bin': `sectors@${address.toString(16)}` });
const ext = (address = 0x080e0000) => named('ext.bin', buildExtension({ address }));
const elf = new Uint8Array(64);
elf.set([0x7f, 0x45, 0x4c, 0x46]);
const program = patched(new Uint8Array(64), 0, 0, 0, 2, 0x20, 1, 1, 0, 8);

const FILE_CASES: readonly FileCase[] = [
  {
    kind: 'larger-than-any-chip',
    broken: { files: [named('big.bin', new Uint8Array((16 << 20) + 1))] },
    mended: { files: [named('big.bin', new Uint8Array(16 << 20))] },
  },
  {
    kind: 'container-not-read',
    broken: { files: [named('a.elf', elf)] },
    mended: { files: [named('a.elf', elf.slice(1))] },
  },
  {
    kind: 'module-damaged',
    broken: { files: [named('app.bin', buildModule().slice(0, -1))] },
    mended: { files: [app()] },
  },
  {
    kind: 'module-damaged',
    broken: { files: [named('ext.bin', patched(buildExtension(), 0x7fe, 0, 0))] },
    mended: { files: [ext()] },
  },
  {
    kind: 'no-sector',
    broken: { files: [data(0x60001)] },
    mended: { files: [data(0x60000)] },
  },
  { kind: 'sector-not-chosen', broken: { files: [data()] }, mended: { files: [data()], chosen: at(0x080e0000) } },
  {
    kind: 'sectors-too-few',
    broken: { files: [data(0x20001)], chosen: at(0x080e0000) },
    mended: { files: [data(0x20000)], chosen: at(0x080e0000) },
  },
  {
    kind: 'wish-not-possible',
    broken: { files: [app()], chosen: { 'app.bin': 'wish-halves' } },
    mended: { files: [app()], chosen: { 'app.bin': 'module@80a0000' } },
  },
  {
    kind: 'nothing-fits-there',
    broken: { files: [app({ size: 0x20000 })] },
    mended: { files: [app({ size: 0x20000 - 4 })] },
  },
  {
    kind: 'board-read-protected',
    broken: { board: ['f405', blank, { readProtected: true }], files: [named('a.bin', program)] },
    mended: { board: ['f405', blank], files: [named('a.bin', program)] },
  },
  {
    kind: 'module-for-other-board',
    broken: { files: [app({ platform: 8 })] },
    mended: { files: [app({ platform: 6 })] },
  },
  {
    kind: 'module-for-other-board',
    broken: { board: ['f405', blank], files: [app()] },
    mended: { board: ['core', blank], files: [app({ start: 0x08005000, platform: 0, function: 3 })] },
  },
  {
    kind: 'module-linked-elsewhere',
    broken: { files: [named('app.bin', buildModule(), 0x080c0000)] },
    mended: { files: [named('app.bin', buildModule(), 0x080a0000)] },
  },
  {
    kind: 'data-looks-like-module',
    also: ['update-erases'],
    broken: {
      files: [named('data.bin', patched(noise(0x100), 0, 0, 0, 0x0a, 8, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 99))],
      chosen: at(0x080e0000),
    },
    mended: {
      files: [named('data.bin', patched(noise(0x100), 0, 0, 0, 0x0a, 8, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 99))],
      chosen: at(0x080e0000),
    },
  },
  {
    kind: 'dependency-not-met',
    broken: { files: [app({ dependencies: [[4, 2, 208]] })] },
    mended: {
      files: [
        app({ dependencies: [[4, 2, 208]] }),
        named('system.bin', buildModule({ start: 0x08060000, function: 4, index: 2, version: 208 })),
      ],
    },
  },
  {
    kind: 'usb-only',
    broken: { board: ELECTRON, files: [named('app.bin', electronApp({ size: 0x20000 }))] },
    mended: { board: ELECTRON, files: [named('app.bin', electronApp({ size: 0x20000 - 4 }))] },
  },
  {
    kind: 'update-erases',
    broken: { files: [ext()] },
    mended: { board: ELECTRON, files: [ext()] },
  },
  {
    kind: 'update-erases',
    broken: { board: ELECTRON, files: [data()], chosen: at(0x080c0000) },
    mended: { board: ELECTRON, files: [data()], chosen: at(0x080e0000) },
  },
  {
    kind: 'factory-reset-lost',
    also: ['update-erases'],
    broken: { board: ['photon', factory(buildModule())], files: [ext()] },
    mended: { board: ['photon', factory(buildModule({ platform: 8 }))], files: [ext()] },
  },
  {
    kind: 'factory-restores',
    broken: {
      board: ['electron', electronFlash([0x080a0000, electronApp()])],
      files: [named('app.bin', electronApp()), ext()],
    },
    mended: { board: ELECTRON, files: [named('app.bin', electronApp()), ext()] },
  },
  {
    kind: 'sector-in-use',
    broken: { board: ['f405', flashOf([0x08020000, noise(0x100)])], files: [data()], chosen: at(0x08020000) },
    mended: { board: ['f405', blank], files: [data()], chosen: at(0x08020000) },
  },
  {
    kind: 'sector-holds-data',
    broken: { board: ['electron', electronFlash([0x080e0000, noise(0x100)])], files: [ext()] },
    mended: { board: ['electron', electronFlash([0x080a0000, noise(0x100)])], files: [ext()] },
  },
  {
    kind: 'system-replaced',
    broken: { files: [named('s.bin', buildModule({ start: 0x08020000, function: 4 }))] },
    mended: { files: [app()] },
  },
  {
    kind: 'application-replaced-by-data',
    broken: { files: [data()], chosen: at(0x080a0000) },
    mended: { files: [data()], chosen: at(0x080e0000) },
  },
  {
    kind: 'program-without-start',
    broken: { board: ['f405', blank], files: [data()], chosen: at(0x08000000) },
    mended: { board: ['f405', blank], files: [data()], chosen: at(0x08004000) },
  },
];

/** A dropped file that has not been examined yet. */
function sourceOf(name: string, content: Uint8Array | string): Source {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { path: name, size: bytes.length, read: (from, to) => Promise.resolve(bytes.slice(from, to)) };
}

async function ofSource(name: string, content: Uint8Array | string): Promise<string[]> {
  return kindsOf(
    (await unpackFiles([sourceOf(name, content)], await boardOf('photon', photonFlash()), PARTS)).findings,
  );
}

/** Intel HEX with one byte at each address below 0x10000. */
function scattered(count: number): string {
  const record = (bytes: readonly number[]) => {
    const sum = -bytes.reduce((total, byte) => total + byte, 0) & 0xff;
    return `:${[...bytes, sum].map((byte) => byte.toString(16).padStart(2, '0')).join('')}\n`;
  };
  const lines = Array.from({ length: count }, (_, i) => record([1, (i * 2) >> 8, (i * 2) & 0xff, 0, 1]));
  return `${record([2, 0, 0, 4, 8, 0x0a])}${lines.join('')}:00000001ff\n`;
}

/** A small ELF file for an ARM, with one segment. */
function armElf(machine = 40): Uint8Array {
  const file = new Uint8Array(52 + 32 + 4);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  view.setUint16(18, machine, true);
  view.setUint32(28, 52, true);
  view.setUint16(42, 32, true);
  view.setUint16(44, 1, true);
  for (const [offset, value] of [1, 84, 0x080a0000, 0x080a0000, 4, 4].entries())
    view.setUint32(52 + offset * 4, value, true);
  return file;
}

/** A .dfu file for the first memory of a device, with two parts `apart` bytes apart. */
function dfuFile(productId = 0xd006, apart = 16): Uint8Array {
  const elements = [0x080e0000, 0x080e0000 + apart].map((address) => ({ address, data: noise(16) }));
  const images = [{ alternate: 0, name: 'Internal Flash', elements }];
  return writeDfuSe(images, { vendorId: 0x2b04, productId, deviceVersion: null });
}

const SOURCE_CASES: readonly RuleCase[] = [
  {
    kind: 'dfu-file-unusable',
    broken: () => ofSource('a.dfu', patched(dfuFile(), 300, 0)),
    mended: () => ofSource('a.dfu', dfuFile()),
  },
  {
    kind: 'dfu-file-unusable',
    broken: () => ofSource('a.dfu', dfuFile(0xd006, 15)),
    mended: () => ofSource('a.dfu', dfuFile(0xd006, 16)),
  },
  {
    kind: 'dfu-file-for-another-device',
    broken: () => ofSource('a.dfu', dfuFile(0xd008)),
    mended: () => ofSource('a.dfu', dfuFile()),
  },
  { kind: 'elf-unusable', broken: () => ofSource('a.elf', armElf(94)), mended: () => ofSource('a.elf', armElf()) },
  {
    kind: 'hex-checksum',
    broken: () => ofSource('a.hex', scattered(3).replace('01ff', '01fe')),
    mended: () => ofSource('a.hex', scattered(3)),
  },
  {
    kind: 'runs-too-many',
    broken: () => ofSource('a.hex', scattered(257)),
    mended: () => ofSource('a.hex', scattered(256)),
  },
];

/** Every case about boards in DFU mode. */
export const PARTICLE_CASES: readonly RuleCase[] = [
  ...MODULE_CASES,
  ...BOARD_CASES.map(({ kind, also = [], broken, mended }) => ({
    kind,
    also,
    broken: () => ofBoard(kind, ...broken),
    mended: () => ofBoard(kind, ...mended),
  })),
  ...FILE_CASES.map(({ kind, also = [], broken, mended }) => ({
    kind,
    also,
    broken: () => ofDrop(broken),
    mended: () => ofDrop(mended),
  })),
  ...SOURCE_CASES,
];
