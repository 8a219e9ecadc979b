/** Repairs of what starts on a board with a factory app and two slots, which starts the factory app without any entry. */
import { describe, expect, test } from 'vitest';
import { diagnosedOf } from '../../testing/esp/diagnosed.ts';
import { flashWith } from '../../testing/rules/samples.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { selectionOf } from '../boot/selection.ts';

const SIZE = 0x100000;
const PLACES = { factory: 0x20000, app0: 0x120000, app1: 0x220000 } as const;
type App = keyof typeof PLACES;

const ROWS = [
  { label: 'otadata', type: 1, subtype: 0, offset: 0x1e000, size: 0x2000 },
  { label: 'factory', type: 0, subtype: 0, offset: PLACES.factory, size: SIZE },
  { label: 'app0', type: 0, subtype: 0x10, offset: PLACES.app0, size: SIZE },
  { label: 'app1', type: 0, subtype: 0x11, offset: PLACES.app1, size: SIZE },
];
const IMAGE = buildAppImage({ project: 'demo', version: '1', seed: 1, size: 0x3000 });

/** The board after a closer look, with the app in these partitions. */
async function boardWith(
  otadata: Uint8Array,
  apps: readonly App[],
  damage: (flash: Uint8Array) => void = () => undefined,
) {
  const flash = flashWith((bytes) => {
    bytes.fill(0xff, 0x9000);
    bytes.set(buildPartitionTable(ROWS), 0x8000);
    bytes.set(otadata, 0x1e000);
    for (const app of apps) bytes.set(IMAGE, PLACES[app]);
    damage(bytes);
  });
  const board = await diagnosedOf(flash);
  expect(board.boot?.partition?.name).toBe('factory');
  return board;
}

async function repairsOf(kind: string, ...board: Parameters<typeof boardWith>) {
  const found = (await boardWith(...board)).findings.find((finding) => finding.kind === kind);
  expect(found?.unrepaired).toBeUndefined();
  return found?.repairs?.map(({ label }) => label);
}

describe.each([
  ['INVALID', 3],
  ['ABORTED', 4],
])('an entry that was given up, %s', (_, state) => {
  const otadata = buildOtadata({ seq: 1, state }, null);

  test('is erased where only the factory app is there, which starts already', async () => {
    expect(await repairsOf('otadata-rolled-back', otadata, ['factory'])).toEqual(['Erase otadata']);
  });

  test('selects its app again, if that is there', async () => {
    expect(await repairsOf('otadata-rolled-back', otadata, ['factory', 'app0', 'app1'])).toEqual([
      'Start app0',
      'Start app1',
      'Erase otadata',
    ]);
  });
});

describe('while an entry selects app0, which is damaged, so that the factory app starts', () => {
  const otadata = buildOtadata({ seq: 1, state: 2 }, null);
  const damage = (flash: Uint8Array) => {
    const at = PLACES.app0 + 0x1000;
    flash[at] = (flash[at] ?? 0) ^ 1;
  };

  test('the factory app is chosen by erasing that entry', async () => {
    const repairs = await repairsOf('image-checksum-wrong', otadata, ['factory', 'app0'], damage);
    expect(repairs).toEqual(['Start factory', 'Choose an app']);
    const board = await boardWith(otadata, ['factory', 'app0'], damage);
    const offer = selectionOf(board)?.offers.find(({ at }) => at.address === PLACES.factory);
    expect(offer?.startsAlready).toBeUndefined();
    expect(offer?.does).toBe(
      'factory starts already, because the app that otadata selects does not. “Start factory” erases both entries, so that it is chosen.',
    );
  });

  test('the factory app is not offered once no entry counts: nothing would change', async () => {
    const board = await boardWith(buildOtadata({ seq: 1, state: 3 }, null), ['factory', 'app0'], damage);
    expect(selectionOf(board)?.offers.some(({ at }) => at.address === PLACES.factory)).toBe(false);
  });
});
