/** System firmware for a Photon: what a part needs, what the board does without it, and what is said of a bootloader. */
import { describe, expect, test } from 'vitest';
import type { Source } from '../../flash/dropped-file.ts';
import {
  arranged,
  boardOf,
  electronFlash,
  FAMILY,
  kindsOf,
  named,
  photonFlash,
  place,
} from '../../testing/dfu/boards.ts';
import type { TestModule } from '../../testing/dfu/particle-images.ts';
import { buildModule } from '../../testing/dfu/particle-images.ts';

const board = await boardOf('photon', photonFlash());
const part = (index: number, version: number, options: TestModule = {}) =>
  named(
    `part${index}.bin`,
    buildModule({
      start: index === 1 ? 0x08020000 : 0x08060000,
      function: 4,
      index,
      vectors: true,
      version,
      ...options,
    }),
  );
/** Of Device OS 2.3.1: it needs its part 1 and a bootloader of its time. */
const needy = part(2, 2101, {
  dependencies: [
    [4, 1, 2101],
    [2, 0, 1003],
  ],
});
const bootloader = (platform = 6) =>
  named(
    'bootloader.bin',
    buildModule({ start: 0x08000000, function: 2, index: 0, vectors: true, version: 1003, platform }),
  );

describe('a system part that needs what the board does not have', () => {
  const { refusals, boot } = arranged(place([needy], board), board);

  test('is asked about, with each need and what helps', () => {
    const own = refusals.filter(({ kind }) => kind === 'system-need-not-met');
    expect(own.map(({ says, next, consent }) => [says, next, consent !== undefined])).toEqual([
      [
        'part2.bin needs system part 1 version 2101 or newer, but version 207 is installed: the board would enter safe mode and not run the user application.',
        'Write all system parts of one release together.',
        true,
      ],
      [
        'part2.bin needs bootloader version 1003 or newer, but version 7 is installed: the board would enter safe mode and not run the user application.',
        expect.stringMatching(
          /^Write the system parts first\. The system firmware then updates the bootloader, even in safe mode/,
        ),
        true,
      ],
    ]);
  });

  test('puts a Photon into safe mode', () => {
    expect(boot).toEqual({
      expected: null,
      losesStart: true,
      says:
        'Afterwards: the board enters safe mode and does not run the user application: system part 2 needs system part 1 ' +
        'version 2101 or newer, but version 207 is installed, and bootloader version 1003 or newer, but version 7 is installed.',
    });
  });

  test('lacks only the bootloader if part 1 of the same release is written with it', () => {
    const both = place([part(1, 2101), needy], board);
    expect(kindsOf(both, board)).toEqual(['?system-need-not-met', '?system-replaced', '?system-replaced']);
    expect(arranged(both, board).boot.says).toMatch(/safe mode.*system part 2 needs bootloader version 1003/);
  });

  test('that is on the board already is reported, and so is what the board does', async () => {
    const there = await boardOf('photon', photonFlash([0x08060000, needy.data]));
    expect(there.boot).toMatchObject({ partition: null, says: /enters safe mode.*system part 2 needs system part 1/ });
    expect(there.findings.filter(({ kind }) => kind === 'system-need-missing').map(({ says }) => says)).toEqual([
      'The system part 2 needs system part 1 version 2101 or newer, but version 207 is installed.',
      'The system part 2 needs bootloader version 1003 or newer, but version 7 is installed.',
    ]);
  });

  test.each([
    [
      'an older release, which does not check it',
      'photon',
      part(2, 110, {
        dependencies: [
          [4, 1, 110],
          [2, 0, 11],
        ],
      }),
    ],
    [
      'an Electron, which does not check it',
      'electron',
      part(2, 2101, { start: 0x08040000, platform: 10, dependencies: [[4, 1, 2101]] }),
    ],
  ] as const)('%s: what starts is not known', async (_, name, file) => {
    const own = name === 'photon' ? board : await boardOf('electron', electronFlash());
    expect(arranged(place([file], own), own)).toMatchObject({
      boot: {
        expected: null,
        says: /cannot tell what starts: system part 2 needs .*, and this firmware does not check that/,
      },
    });
    expect(kindsOf(place([file], own), own)).toContain('?system-need-not-met');
  });
});

describe('a bootloader', () => {
  test('is refused alone, with what can be done', () => {
    expect(arranged(place([bootloader()], board), board).refusals).toMatchObject([
      {
        kind: 'bootloader-over-dfu',
        says: 'bootloader.bin is Particle’s bootloader, version 1003. It cannot be replaced over DFU.',
        next: /^Remove this file and write the system parts .* “particle flash --serial”/,
      },
    ]);
  });

  test('for another board is refused as that', () => {
    expect(kindsOf(place([bootloader(8)], board), board)).toEqual(['module-for-other-board']);
  });

  test('in the folder of a release is left out, and the system parts are used', async () => {
    const source = ({ name, data }: { name: string; data: Uint8Array }): Source => ({
      path: `release/${name}`,
      size: data.length,
      read: (from, to) => Promise.resolve(data.slice(from, to)),
    });
    const files = [bootloader(), part(1, 2101), needy];
    const { parts, left } = await FAMILY.unpack(files.map(source), board);
    expect(parts.map(({ name }) => name)).toEqual(['release/part1.bin', 'release/part2.bin']);
    expect(left).toEqual([
      {
        name: 'release/bootloader.bin',
        why: expect.stringMatching(/^Particle’s bootloader is not replaced over DFU\./),
      },
    ]);
  });
});

describe('a module for a board of another generation', () => {
  test.each([
    ['an Argon', 12, 0xb4000, 'Particle Argon'],
    ['a Photon 2', 32, 0x085a0000, 'Particle P2 or Photon 2'],
  ])('names %s', (_, platform, start, name) => {
    const file = named('app.bin', buildModule({ start, platform }));
    expect(arranged(place([file], board), board).refusals.map(({ says }) => says)).toEqual([
      `app.bin is for the ${name}, but this board is a Particle Photon: it would not run.`,
    ]);
  });
});
