/** Test support: what breaks each rule about boards in DFU mode as they are read. Nothing of the app imports it. */
import type { DfuFindingKind } from '../../dfu/board/findings.ts';
import { DFU_FINDINGS } from '../../dfu/board/findings.ts';
import type { BoardName, TestBoard } from '../dfu/boards.ts';
import { boardOf, electronApp, electronFlash, flashOf, photonFlash } from '../dfu/boards.ts';
import type { TestModule } from '../dfu/particle-images.ts';
import { buildExtension, buildModule } from '../dfu/particle-images.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';

/** The reported kinds for a board with the verdict of one kind, and everything that is wrong. */
async function ofBoard(
  about: DfuFindingKind,
  name: BoardName,
  flash: Uint8Array,
  options: TestBoard = {},
): Promise<string[]> {
  const { findings } = await boardOf(name, flash, options);
  const reported = ['problem', 'warning', DFU_FINDINGS[about].verdict];
  return kindsOf(findings.filter(({ verdict }) => reported.includes(verdict)));
}

interface BoardCase {
  readonly kind: DfuFindingKind;
  readonly also?: readonly string[];
  readonly broken: readonly [BoardName, Uint8Array, TestBoard?];
  readonly mended: readonly [BoardName, Uint8Array, TestBoard?];
}

const blank = flashOf();
/** A flash that begins with a program. */
const plain = flashOf([0x08000000, buildModule({ start: 0x08000000, function: 2, index: 0, vectors: true })]);
const user = (options: TestModule = {}) => photonFlash([0x080a0000, buildModule(options)]);
/** A Photon with these bytes in its factory slot. */
export const factory = (data: Uint8Array) => photonFlash([0x080e0000, data]);
const longApp = (size: number) => electronFlash([0x08080000, electronApp({ size })]);

const system1 = (platform: number) => buildModule({ start: 0x08020000, function: 4, platform, version: 207 });

const CASES: readonly BoardCase[] = [
  { kind: 'board-known', broken: ['photon', photonFlash()], mended: ['f405', plain] },
  { kind: 'board-by-its-map', broken: ['f405', plain], mended: ['photon', photonFlash()] },
  {
    kind: 'board-unknown',
    broken: ['f405', plain, { map: '@Flash/0x08000000/8*2Kg' }],
    mended: ['f405', plain],
  },
  {
    kind: 'memory-unreadable',
    broken: ['f405', plain, { refuses: 0x08000000 }],
    mended: ['f405', plain],
  },
  { kind: 'memory-not-understood', broken: ['unknown', plain], mended: ['f405', plain] },
  {
    kind: 'map-lies',
    broken: ['photon', photonFlash()],
    mended: ['photon', photonFlash(), { map: '@Internal Flash/0x08000000/04*016Ka,01*064Ka,07*128Kg' }],
  },
  {
    kind: 'quirk-applied',
    also: ['board-by-its-map'],
    broken: ['f405', plain, { quirks: [{ id: 'slow', name: 'Slow', says: 'it takes its time.' }] }],
    mended: ['f405', plain],
  },
  { kind: 'chip-read-protected', broken: ['f405', plain, { readProtected: true }], mended: ['f405', plain] },
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
  { kind: 'start-lacks', broken: ['f405', blank], mended: ['f405', plain] },
  {
    kind: 'application-past-its-sector',
    also: ['map-lies'],
    broken: ['electron', longApp(0x20000)],
    mended: ['electron', longApp(0x20000 - 4)],
  },
  {
    kind: 'factory-slot-holds-application',
    broken: ['photon', factory(buildModule())],
    mended: ['photon', factory(buildModule({ platform: 8 }))],
  },
  {
    kind: 'factory-slot-holds-same-application',
    also: ['map-lies'],
    broken: ['photon', photonFlash([0x080a0000, buildModule()], [0x080e0000, buildModule()])],
    mended: ['photon', photonFlash([0x080a0000, buildModule()])],
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

/** Every case about boards in DFU mode. */
export const DFU_BOARD_CASES: readonly RuleCase[] = CASES.map(({ kind, also = [], broken, mended }) => ({
  kind,
  also,
  broken: () => ofBoard(kind, ...broken),
  mended: () => ofBoard(kind, ...mended),
}));
