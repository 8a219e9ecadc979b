/** What starts has its reason on every board in DFU mode, not only the news that it starts. */
import { expect, test } from 'vitest';
import type { BoardName } from '../../testing/dfu/boards.ts';
import { boardOf, electronFlash, flashOf, photonFlash } from '../../testing/dfu/boards.ts';
import { buildModule } from '../../testing/dfu/particle-images.ts';
import { startOf } from './boot.ts';
import { flashStartReason } from './start-reason.ts';

// A stack pointer in RAM and a reset handler in flash.
const program = new Uint8Array(Uint32Array.from([0x20020000, 0x08000101]).buffer);
const monolith = flashOf([0x08020000, buildModule({ start: 0x08020000, function: 3, index: 0, vectors: true })]);
const CASES: readonly (readonly [string, BoardName, Uint8Array, RegExp])[] = [
  [
    'a Photon',
    'photon',
    photonFlash(),
    /^The .*starts the system firmware: system part 1 and system part 2 \(version 207\) are in place, with every version that they need; their CRCs were not checked\. That runs the user application \(version 3\): its header is right for this place, its CRC is correct and system part 2, version 207 or newer, is installed\.$/,
  ],
  [
    'an Electron',
    'electron',
    electronFlash(),
    /: system part 1, system part 2 and system part 3 \(version \d+\) are in place/,
  ],
  [
    'monolithic firmware',
    'photon',
    monolith,
    /^system 1 holds monolithic firmware \(version \d+\) for this board; its CRC/,
  ],
  [
    'a chip with a part of Particle’s firmware, which has a header in place of a vector table',
    'f405',
    flashOf([0x08000000, buildModule({ start: 0x08000000, version: 3 })]),
    /^The chip starts what is at the beginning of its flash\. Internal Flash begins there, at 0x08000000, and carries the header of a Particle module: user application, version 3\. Whether the rest of it is complete is not known\.$/,
  ],
  [
    'a chip with a program',
    'f405',
    flashOf([0x08000000, program]),
    /^The chip starts what is at the beginning of its flash\. Internal Flash begins there, at 0x08000000, with a vector table/,
  ],
];

test.each(CASES)('%s', async (_, name, flash, says) => {
  const { boot } = await boardOf(name, flash);
  expect(boot?.partition).not.toBeNull();
  expect(boot?.says).toMatch(says);
});

test('what is at the beginning of the flash is not said of a place behind one that was not read', () => {
  expect(flashStartReason('b', 0x08004000, null, false)).toBe(
    'b begins at 0x08004000 with a vector table: a stack pointer in RAM and a reset handler in flash. Whether the program behind it is ' +
      'complete is not known. What is before it was not read.',
  );
});

test('of two system parts one was read whole', async () => {
  const { layout, dfu } = await boardOf('photon', photonFlash());
  const content = new Map(
    [...dfu.content].map(([place, found]) => {
      const isFirst = found.kind === 'module' && found.head.function === 4 && found.head.index === 1;
      return [place, isFirst ? { ...found, sound: true } : found] as const;
    }),
  );
  expect(startOf({ layout, dfu }, content)?.why).toContain(
    'they need; the CRC of system part 1 is correct, the CRC of system part 2 was not checked. That runs',
  );
});
