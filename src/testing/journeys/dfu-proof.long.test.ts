/**
 * Runs real firmware: linked with the regions that the app makes, laid out in flash as the app plans it, and started on an
 * STM32F205 in QEMU. Skipped if the compiler or QEMU is missing.
 */
import { describe, expect, test } from 'vitest';
import type { ProofApp } from '../../../e2e/proof/build.ts';
import { ARM_TOOLS, missingTools, skippedFor } from '../../../e2e/missing-tools.ts';
import { buildApp, buildBoot, startInQemu } from '../../../e2e/proof/build.ts';
import { rankAt } from '../../flash/arrangement.ts';
import type { Placement } from '../../flash/dropped-file.ts';
import type { Range } from '../../flash/map.ts';
import { segmentRange } from '../../flash/image.ts';
import type { UnitContent } from '../../flash/survey.ts';
import { unitKey } from '../../flash/survey.ts';
import { assemble } from '../../flash/content.ts';
import { touchedUnits } from '../../flash/layout.ts';
import { planWrite, plannedUnits } from '../../flash/plan.ts';
import { md5Hex } from '../../formats/hashes.ts';
import type { BoardName } from '../dfu/boards.ts';
import { arranged, boardOf, FAMILY, flashOf, kindsOf, place } from '../dfu/boards.ts';

const BASE = 0x08000000;
const PHOTON = { platform: 6, user: 0x080a0000 };
const ELECTRON = { platform: 10, user: 0x08080000 };
const missing = missingTools(...ARM_TOOLS);

/** The linker regions that the app offers for a layout. */
async function regionsOf(name: BoardName, layout: string): Promise<string> {
  const board = await boardOf(name, flashOf());
  const file = board.saves.find((saved) => saved.name === `${name}-${layout}.ld`);
  if (typeof file?.data !== 'string') throw new Error(`no linker regions for ${layout}`);
  return file.data;
}

/** A flash after the app's own plan for an ELF file: without the last block, and complete. */
async function flashed(name: BoardName, flash: Uint8Array, elf: Uint8Array, asked: readonly string[]) {
  const board = await boardOf(name, flash);
  const source = {
    path: 'app.elf',
    size: elf.length,
    read: (a: number, b: number) => Promise.resolve(elf.slice(a, b)),
  };
  const unpacked = await FAMILY.unpack([source], board);
  expect(unpacked).toMatchObject({ container: 'ELF file', findings: [], left: [] });
  const placements: Placement[] = place(unpacked.parts, board);
  expect(kindsOf(placements, board)).toEqual(asked);

  const { content, ranks, commits } = arranged(placements, board);
  if (content.kind !== 'image') throw new Error('the parts overlap');
  const { image } = content;
  const survey = new Map<string, UnitContent>();
  for (const unit of touchedUnits(board.layout, image.map(segmentRange))) {
    survey.set(unitKey(unit), {
      kind: 'bytes',
      data: flash.slice(unit.address - BASE, unit.address - BASE + unit.size),
    });
  }
  const rank = (range: Range) => rankAt(ranks, range);
  const planning = planWrite({ layout: board.layout, image, promised: [], survey, md5: md5Hex, rank });
  if (planning.kind !== 'plan') throw new Error(planning.refusals.map(({ says }) => says).join(' '));
  const after = flash.slice();
  for (const unit of plannedUnits(planning.plan)) {
    const before = (range: { readonly address: number; readonly size: number }) =>
      flash.slice(range.address - BASE, range.address - BASE + range.size);
    const content = assemble(unit, unit.pieces, image, before, 0xff);
    if (content === null) throw new Error('bytes to keep are missing');
    after.set(content, unit.address - BASE);
  }
  const interrupted = after.slice();
  for (const { address, size } of commits) interrupted.fill(0xff, address - BASE, address - BASE + size);
  return { after, interrupted, sectors: plannedUnits(planning.plan).map(({ address }) => address) };
}

const lines = (text: string) => text.replaceAll('\r', '').trim().split('\n');

describe.skipIf(missing !== '')(`an extended application that runs${skippedFor(missing)}`, { timeout: 60_000 }, () => {
  const photon = async (options: Partial<ProofApp> & { readonly extensionVersion?: number }) => {
    const { extensionVersion = 1, ...more } = options;
    const extension = { address: 0x080e0000, version: extensionVersion, wanted: 1, table: 90_000 };
    const regions = await regionsOf('photon', 'split');
    return buildApp({ ...PHOTON, version: 1, table: 100_000, regions, extension, ...more });
  };
  const blankPhoton = async () => flashOf([BASE, await buildBoot(PHOTON)]);
  const SPOKEN = [
    'boot: starting user module, version 1',
    'app: version 1',
    expect.stringMatching(/^app: code at 0x080B[0-9A-F]{4}, table at 0x080A[0-9A-F]{4} sums to 16500000$/),
    expect.stringMatching(/^extension: code runs at 0x080[EF][0-9A-F]{4}, data at 0x080[EF][0-9A-F]{4}$/),
    "app: extension's picture sums to 8100000",
    'end',
  ];

  test('on a Photon: in two sectors that are not adjacent', async () => {
    const { after, sectors } = await flashed('photon', await blankPhoton(), await photon({}), ['?update-erases']);
    expect(sectors).toEqual([0x080a0000, 0x080e0000]);
    // The sector between them, for over-the-air updates, is unchanged.
    expect(after.subarray(0xc0000, 0xe0000).every((byte) => byte === 0xff)).toBe(true);
    expect(lines(await startInQemu(after))).toEqual(SPOKEN);
  });

  test('interrupted before the last block: safe mode', async () => {
    const { interrupted } = await flashed('photon', await blankPhoton(), await photon({}), ['?update-erases']);
    expect(lines(await startInQemu(interrupted))).toEqual(['boot: safe mode, no user module', 'end']);
  });

  test('an update of the application alone still uses the extension', async () => {
    const { after } = await flashed('photon', await blankPhoton(), await photon({}), ['?update-erases']);
    const newer = await flashed('photon', await blankPhoton(), await photon({ version: 2, table: 50_000 }), [
      '?update-erases',
    ]);
    // An over-the-air update replaces only the application's own sector.
    after.set(newer.after.subarray(0xa0000, 0xc0000), 0xa0000);
    expect(lines(await startInQemu(after))).toEqual([
      'boot: starting user module, version 2',
      'app: version 2',
      expect.stringMatching(/sums to 8250000$/),
      ...SPOKEN.slice(3),
    ]);
  });

  test('with an extension of another version it reports that, and runs without it', async () => {
    const elf = await photon({ extensionVersion: 2 });
    const { after } = await flashed('photon', await blankPhoton(), elf, ['?update-erases']);
    expect(lines(await startInQemu(after))).toEqual([
      ...SPOKEN.slice(0, 3),
      'app: extension version 2, made for version 1: running without it',
      'end',
    ]);
  });

  test.each<[string, (sector: Uint8Array) => void, string]>([
    ['erased by a system update', (sector) => sector.fill(0xff), 'app: no extension, running without it'],
    ['half written', (sector) => sector.fill(0xff, 0x8000), 'app: extension damaged, running without it'],
  ])('with an extension that was %s it runs without it', async (_, damage, says) => {
    const { after } = await flashed('photon', await blankPhoton(), await photon({}), ['?update-erases']);
    damage(after.subarray(0xe0000));
    expect(lines(await startInQemu(after))).toEqual([...SPOKEN.slice(0, 3), says, 'end']);
  });

  const blankElectron = async () => flashOf([BASE, await buildBoot(ELECTRON)]);

  test('on an Electron: application and extension, next to each other', async () => {
    const extension = { address: 0x080a0000, version: 1, wanted: 1, table: 90_000 };
    const regions = await regionsOf('electron', 'split');
    const elf = await buildApp({ ...ELECTRON, version: 1, table: 100_000, regions, extension });
    const { after, interrupted, sectors } = await flashed('electron', await blankElectron(), elf, []);
    expect(sectors).toEqual([0x08080000, 0x080a0000]);
    expect(lines(await startInQemu(after))).toEqual([
      ...SPOKEN.slice(0, 2),
      expect.stringMatching(/^app: code at 0x0809[0-9A-F]{4}, table at 0x0808[0-9A-F]{4} sums to 16500000$/),
      expect.stringMatching(/^extension: code runs at 0x080[AB][0-9A-F]{4}, data at 0x080[AB][0-9A-F]{4}$/),
      ...SPOKEN.slice(4),
    ]);
    expect(lines(await startInQemu(interrupted))).toEqual(['boot: safe mode, no user module', 'end']);
  });

  test('on an Electron: one module of more than 128 KiB', async () => {
    const regions = await regionsOf('electron', 'contiguous');
    const elf = await buildApp({ ...ELECTRON, version: 7, table: 200_000, regions });
    const { after, interrupted, sectors } = await flashed('electron', await blankElectron(), elf, ['?usb-only']);
    expect(sectors).toEqual([0x08080000, 0x080a0000]);
    expect(lines(await startInQemu(after))).toEqual([
      'boot: starting user module, version 7',
      'app: version 7',
      expect.stringMatching(/^app: code at 0x080B[0-9A-F]{4}, table at 0x0808[0-9A-F]{4} sums to 33000000$/),
      'end',
    ]);
    expect(lines(await startInQemu(interrupted))).toEqual(['boot: safe mode, no user module', 'end']);
  });
});
