/** Every problem with the flash size in a bootloader header names the setting that fixes it, and that setting does. */
import { describe, expect, test } from 'vitest';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import { bootloader, flashWith, SAME_TABLE, signing, SMALL_HEADER, SOUND, APP } from '../../testing/rules/samples.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { HEADER_SIZE } from '../board/setting-ids.ts';
import type { TestIdentity } from '../../testing/esp/placements.ts';
import { boardOf, checkFiles, place } from '../../testing/esp/placements.ts';

const SET = 'Set “Flash size in the bootloader header” to 4 MiB under “Flashing options” in the view Flash, ';

const REFUSED: readonly (readonly [kind: string, flash: Uint8Array, files: readonly DroppedFile[], others: string])[] =
  [
    [
      'table-past-header',
      SMALL_HEADER,
      [SAME_TABLE],
      'also drop a bootloader built for the actual flash size, or use a table that fits the smaller one.',
    ],
    [
      'bootloader-past-table',
      SOUND,
      [bootloader(2)],
      'choose a bootloader built for a larger flash, or use a partition table that fits.',
    ],
    [
      'board-table-past-header',
      SMALL_HEADER,
      [APP],
      'also drop a bootloader built for the actual flash size, or use a partition table that fits.',
    ],
    ['bootloader-past-chip', SOUND, [bootloader(16)], 'or build the bootloader for the actual flash size.'],
  ];

/** All kinds of refusals for files on a board, and the next step of one kind. */
async function refusals(kind: string, flash: Uint8Array, files: readonly DroppedFile[], identity?: TestIdentity) {
  const board = await boardOf(flash, identity);
  const all = checkFiles(place(files, board), board);
  return { board, kinds: all.map((each) => each.kind), next: all.find((each) => each.kind === kind)?.next };
}

describe.each(REFUSED)('%s', (kind, flash, files, others) => {
  test('names the setting and its value, which is one of its options and fixes the problem', async () => {
    const { board, next } = await refusals(kind, flash, files);
    expect(next).toBe(SET + others);
    const setting = board.settings.find(({ id }) => id === HEADER_SIZE);
    expect(setting?.name).toBe('Flash size in the bootloader header');
    const option = setting?.options.find(({ name }) => name === '4 MiB');
    const cured = await refusals(kind, flash, files, { chosen: { [HEADER_SIZE]: option?.id ?? '' } });
    expect(cured.kinds).not.toContain(kind);
    expect(cured.kinds).not.toContain('header-too-small');
  });

  test('does not name the setting if secure boot fixes it', async () => {
    const { next = others } = await refusals(kind, flash, files, { security: signing('v2') });
    expect(next).not.toContain('Flash size in the bootloader header');
  });
});

test('for a chosen size that is too small, a sufficient one is named', async () => {
  const { next } = await refusals('header-too-small', SOUND, [], { chosen: { [HEADER_SIZE]: '2MB' } });
  expect(next).toBe(`${SET}keep the size in the header, or use a table that fits.`);
});

test('no size is named if the flash itself is too small', async () => {
  const { findings, boot } = await boardOf(SMALL_HEADER.slice(0, 0x200000));
  // A header for a larger flash would not help, so only the flash is named.
  expect(findings.filter(({ verdict }) => verdict === 'problem').map(({ says }) => says)).toEqual([
    '“app1” ends at 0x380000, but this board’s flash ends at 0x200000. Also past it: fs.',
  ]);
  expect(boot?.says).toMatch(/past the flash size in its header, 2 MiB\.$/);
});

test('what a header for less flash causes is told once: beside the problem, the start says only that nothing starts', async () => {
  const { findings, boot } = await boardOf(SMALL_HEADER);
  expect(findings.map(({ kind }) => kind)).toContain(boot?.beside?.kind);
  expect(boot?.beside?.says).toBe('Nothing starts: the bootloader rejects this partition table.');
});

test('for the board itself, the finding on the partition and the boot prediction name the setting', async () => {
  const { findings, boot } = await boardOf(SMALL_HEADER);
  expect(findings.find(({ kind }) => kind === 'partition-past-header-size')?.next).toBe(
    `${SET}flash a bootloader built for the actual flash size, or use a table that fits the smaller size.`,
  );
  expect(findings.filter(({ verdict }) => verdict !== 'good').map(({ kind }) => kind)).toEqual([
    'partition-past-header-size',
  ]);
  expect(boot?.says).toBe(
    'Nothing starts: the bootloader rejects this partition table, because app1 ends at 0x380000, past the flash size in ' +
      'its header, 2 MiB.',
  );
  const large = await boardOf(flashWith((f) => f.set(buildBootloaderImage({ flashMegabytes: 16 }), 0x1000)));
  const past = large.findings.find(({ kind }) => kind === 'header-size-past-chip');
  expect(past?.next).toBe(`${SET}or flash a bootloader built for the actual flash size.`);
});

test('a finding that a header size repairs brings the option of the setting to choose', async () => {
  const all = [SMALL_HEADER, flashWith((f) => f.set(buildBootloaderImage({ flashMegabytes: 16 }), 0x1000))];
  for (const flash of all) {
    const { findings, settings } = await boardOf(flash);
    const [repair] = findings.flatMap(({ repairs = [] }) => repairs);
    expect(repair).toEqual({
      label: 'Set the header’s flash size to 4 MiB',
      reason: 'Only the bootloader’s header changes, with the hash behind it: everything else on the board stays.',
      request: { do: 'set', id: HEADER_SIZE, value: '4MB' },
    });
    const setting = settings.find(({ id }) => id === HEADER_SIZE);
    expect(setting?.options.map(({ id }) => id)).toContain('4MB');
  }
});
