/** Test support: what breaks each rule about files that are placed on a board in DFU mode. Nothing of the app imports it. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { BoardName, TestBoard } from '../dfu/boards.ts';
import { arranged, boardOf, electronApp, electronFlash, flashOf, named, photonFlash, place } from '../dfu/boards.ts';
import type { TestModule } from '../dfu/particle-images.ts';
import { buildExtension, buildModule } from '../dfu/particle-images.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';
import { factory } from './dfu-boards.ts';
import { noise } from '../bytes.ts';

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

const blank = flashOf();
const app = (options: TestModule = {}) => named('app.bin', buildModule({ version: 4, ...options }));
const data = (size = 0x100) => named('data.bin', noise(size));
const ELECTRON = ['electron', electronFlash()] as const;
const at = (address: number) => ({ 'data.bin': `sectors@${address.toString(16)}` });
const ext = (address = 0x080e0000) => named('ext.bin', buildExtension({ address }));
const elf = new Uint8Array(64);
elf.set([0x7f, 0x45, 0x4c, 0x46]);
const program = patched(new Uint8Array(64), 0, 0, 0, 2, 0x20, 1, 1, 0, 8);

/** An image's header alone, for the ESP32: that is id 0. */
const espressif = patched(new Uint8Array(64), 0, 0xe9, 1, 2, 0x20);
const typed = (bytes: Uint8Array): DroppedFile => ({ ...named('esp.bin', bytes, 0x08020000), typed: true });

const CASES: readonly FileCase[] = [
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
    kind: 'layout-unavailable',
    broken: { files: [app()], chosen: { 'app.bin': 'unavailable-halves' } },
    mended: { files: [app()], chosen: { 'app.bin': 'module@80a0000' } },
  },
  {
    kind: 'nothing-fits-there',
    broken: { files: [app({ start: 0x080a1000 })] },
    mended: { files: [app()] },
  },
  {
    kind: 'application-too-large',
    broken: { files: [app({ size: 0x20000 })] },
    mended: { files: [app({ size: 0x20000 - 4 })] },
  },
  {
    kind: 'board-read-protected',
    broken: { board: ['f405', blank, { readProtected: true }], files: [named('a.bin', program)] },
    mended: { board: ['f405', blank], files: [named('a.bin', program)] },
  },
  {
    kind: 'image-for-other-chip',
    broken: { board: ['f405', blank], files: [typed(espressif)] },
    mended: { board: ['f405', blank], files: [typed(patched(espressif, 0, 0xe8))] },
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

/** Every case about files and their places. */
export const DFU_PLACEMENT_CASES: readonly RuleCase[] = CASES.map(({ kind, also = [], broken, mended }) => ({
  kind,
  also,
  broken: () => ofDrop(broken),
  mended: () => ofDrop(mended),
}));
