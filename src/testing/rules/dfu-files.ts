/** Test support: what breaks the rules about programs, system parts and files that are no firmware, for boards in DFU mode. Nothing of the app imports it. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { BoardName } from '../dfu/boards.ts';
import type { NotFirmwareKind } from '../../formats/not-firmware.ts';
import { arranged, boardOf, FAMILY, flashOf, named, photonFlash, place } from '../dfu/boards.ts';
import { buildModule } from '../dfu/particle-images.ts';
import { buildProgram } from '../dfu/programs.ts';
import { hexFile, source } from '../esp/archives.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';

/** What is refused or asked about files on a board, where each goes to its best place unless another is chosen. */
async function ofFiles(
  name: BoardName,
  flash: Uint8Array,
  files: readonly DroppedFile[],
  chosen: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const board = await boardOf(name, flash);
  return kindsOf(arranged(place(files, board, chosen), board).refusals);
}

async function ofBoard(flash: Uint8Array): Promise<string[]> {
  const { findings } = await boardOf('photon', flash);
  return kindsOf(findings.filter(({ verdict }) => verdict === 'problem'));
}

/** System part 2, which needs this version of part 1; the board has 207. */
const systemPart = (least: number) =>
  named(
    'part2.bin',
    buildModule({
      start: 0x08060000,
      function: 4,
      index: 2,
      vectors: true,
      version: 207,
      dependencies: [[4, 1, least]],
    }),
  );
const bootloader = (kind: number) =>
  named('b.bin', buildModule({ start: 0x08000000, function: kind, index: 0, vectors: true }));
const program = (linkedFor: number) => [named('app.bin', buildProgram({ linkedFor, size: 0x2000 }))];
const inFirstSector = { 'app.bin': 'sectors@8000000' };

const DATA = new Uint8Array(64).fill(0x55);

/** A file of each kind that is no firmware. */
const NO_FIRMWARE: readonly { readonly kind: NotFirmwareKind; readonly content: string }[] = [
  { kind: 'file-empty', content: '' },
  { kind: 'container-as-it-is', content: 'UF2\n' },
  { kind: 'archive-not-read', content: 'Rar!\u001a\u0007' },
  { kind: 's-record-not-read', content: 'S00600004844521B\n' },
  { kind: 'web-page', content: '<!DOCTYPE html>' },
  { kind: 'server-error', content: '404: Not Found' },
  { kind: 'lfs-pointer', content: 'version https://git-lfs.github.com/spec/v1\nsize 1\n' },
  { kind: 'json-text', content: '{}' },
];

async function ofFile(content: string | Uint8Array): Promise<string[]> {
  const data = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return kindsOf(FAMILY.identify(named('fw.bin', data), await boardOf('f405', flashOf())).findings);
}

async function ofSource(name: string, content: string): Promise<string[]> {
  return kindsOf((await FAMILY.unpack([source(name, content)], await boardOf('f405', flashOf()))).findings);
}

/** Every case about programs and system parts. */
export const DFU_FILE_CASES: readonly RuleCase[] = [
  {
    kind: 'program-linked-elsewhere',
    broken: () => ofFiles('f405', flashOf(), program(0x08008000), inFirstSector),
    mended: () => ofFiles('f405', flashOf(), program(0x08000000), inFirstSector),
  },
  {
    kind: 'system-need-not-met',
    also: ['system-replaced'],
    broken: () => ofFiles('photon', photonFlash(), [systemPart(208)]),
    mended: () => ofFiles('photon', photonFlash(), [systemPart(207)]),
  },
  {
    kind: 'bootloader-over-dfu',
    broken: () => ofFiles('photon', photonFlash(), [bootloader(2)]),
    mended: () => ofFiles('photon', photonFlash(), [bootloader(4)]),
  },
  {
    kind: 'system-need-missing',
    broken: () => ofBoard(photonFlash([0x08060000, systemPart(208).data])),
    mended: () => ofBoard(photonFlash([0x08060000, systemPart(207).data])),
  },
  {
    kind: 'addresses-elsewhere',
    broken: () => ofSource('app.hex', hexFile([[0x00000000, DATA]])),
    mended: () => ofSource('app.hex', hexFile([[0x08000000, DATA]])),
  },
  ...NO_FIRMWARE.map(({ kind, content }) => ({
    kind,
    broken: () => ofFile(content),
    mended: () => ofFile(DATA),
  })),
];
