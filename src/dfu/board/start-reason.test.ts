/** What starts has its reason on every board in DFU mode, not only the news that it starts. */
import { expect, test } from 'vitest';
import type { BoardName } from '../../testing/dfu/boards.ts';
import { boardOf, electronFlash, flashOf, kindsOf, named, photonFlash, place } from '../../testing/dfu/boards.ts';
import { buildExtension, buildModule } from '../../testing/dfu/particle-images.ts';
import { buildProgram } from '../../testing/dfu/programs.ts';
import { patched } from '../../testing/rules/case.ts';
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
    'a Core with a part of another board’s firmware, which has a header behind its vector table',
    'core',
    flashOf([0x08000000, buildModule({ start: 0x08000000, version: 3, vectors: true })]),
    /^The chip starts what is at the beginning of its flash\. bootloader begins there, at 0x08000000, and carries the header of a Particle module: user application, version 3\. Whether the rest of it is complete is not known\.$/,
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

const SYSTEM_1 = { start: 0x08020000, function: 4, index: 1, version: 207 };

const FAR: readonly (readonly [string, BoardName, Uint8Array, string, string])[] = [
  [
    'a header in place of a vector table',
    'f405',
    flashOf([0x08000000, buildModule({ start: 0x08000000, version: 3 })]),
    'begins with the header of a Particle module and not with a vector table',
    'There is no program in Internal Flash: it ',
  ],
  [
    'a header behind a vector table whose reset vector is even',
    'f405',
    flashOf([0x08000000, patched(buildModule({ start: 0x08000000, version: 3, vectors: true }), 4, 0)]),
    'does not begin with a vector table',
    'There is no program in Internal Flash: it ',
  ],
  [
    'system firmware behind a vector table whose stack pointer is not a multiple of 4',
    'photon',
    photonFlash([0x08020000, patched(buildModule({ ...SYSTEM_1, vectors: true }), 0, 0x02)]),
    'does not begin with a vector table',
    'There is no system firmware in system 1: it ',
  ],
  [
    'data',
    'f405',
    flashOf([0x08000000, new Uint8Array(64).fill(0x77)]),
    'does not begin with a vector table',
    'There is no program in Internal Flash: it ',
  ],
  [
    'an extension',
    'f405',
    flashOf([0x08000000, buildExtension()]),
    'does not begin with a vector table',
    'There is no program in Internal Flash: it ',
  ],
  [
    'a stack pointer that is not in RAM',
    'f405',
    flashOf([0x08000000, buildProgram({ stack: 0x08002000 })]),
    'does not begin with a vector table',
    'There is no program in Internal Flash: it ',
  ],
  [
    'a reset vector behind the end of the flash',
    'f405',
    flashOf([0x08000000, buildProgram({ reset: 0x08100001 })]),
    'has a reset vector that points outside the flash, to 0x08100000',
    'There is no program in Internal Flash: it ',
  ],
  [
    'system firmware without a vector table',
    'photon',
    photonFlash([0x08020000, buildModule(SYSTEM_1)]),
    'begins with the header of a Particle module and not with a vector table',
    'There is no system firmware in system 1: it ',
  ],
];

test.each(FAR)('a board that begins with %s starts nothing, for that reason', async (_, name, flash, why, lacks) => {
  const { boot, findings } = await boardOf(name, flash);
  expect(boot).toMatchObject({ partition: null, beside: { kind: 'start-lacks' } });
  expect(boot?.unsure).toBeUndefined();
  expect(boot?.says).toMatch(/^Nothing starts: /);
  expect(boot?.says).toContain(`${why}.`);
  expect(findings.map(({ says }) => says)).toContain(`${lacks}${why}.`);
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

// The first words of a program for a GD32VF103: a jump over its table of interrupts.
const riscv = flashOf([0x08000000, new Uint8Array(Uint32Array.of(0x1a40006f, 0, 0, 0x080001b4).buffer)]);

test('what a chip that is no Cortex-M starts is unknown where it is not blank, and no problem', async () => {
  const { boot, findings } = await boardOf('gd32vf103', riscv);
  expect(boot).toMatchObject({
    partition: null,
    unsure: true,
    says: 'Sectorwise cannot tell what starts: Internal Flash is not blank, but programs for this chip cannot be recognised.',
  });
  expect(findings.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
});

test('a program written to such a chip is not asked for a vector table', async () => {
  const board = await boardOf('gd32vf103', flashOf());
  const file = named('a.bin', riscv.subarray(0, 1024), 0x08000000);
  expect(kindsOf(place([file], board), board)).not.toContain('?program-without-start');
});

test('a blank chip that is no Cortex-M starts nothing', async () => {
  const { boot, findings } = await boardOf('gd32vf103', flashOf());
  expect(boot?.says).toBe('Nothing starts: Internal Flash is blank at its start.');
  expect(findings.map(({ kind }) => kind)).toContain('start-lacks');
});

test.each([
  [
    'data',
    [0x08005000, new Uint8Array(64).fill(0x77)],
    'does not begin with a vector table, so it will probably not start',
  ],
  ['nothing', [0x08000000, program], 'is blank at its start, so it will not start'],
] as const)(
  'on a Core whose bootloader cannot be read, %s as firmware does not mean that nothing starts',
  async (_, at, why) => {
    const { boot } = await boardOf('core', flashOf(at), { refuses: 0x08000000 });
    expect(boot?.partition).toBeNull();
    expect(boot?.says).toBe(`firmware ${why}.`);
  },
);

const linkedFor0 = flashOf([0x08000000, buildProgram({ linkedFor: 0 })]);

test('a program that was linked for 0 starts where the flash is there as well, and not where RAM is', async () => {
  expect((await boardOf('f405', linkedFor0)).boot?.partition?.address).toBe(0x08000000);
  const f745 = '@Internal Flash  /0x08000000/04*032Kg,01*128Kg,03*256Kg';
  const { boot } = await boardOf('f405', linkedFor0, { map: f745 });
  expect(boot?.says).toBe('Nothing starts: Internal Flash has a reset vector that points outside the flash, to 0x188.');
});

test('a program that was linked for 0 is written to the start of the flash without a question about its vector table', async () => {
  const board = await boardOf('f405', flashOf());
  const file = named('a.bin', buildProgram({ linkedFor: 0 }), 0x08000000);
  expect(kindsOf(place([file], board), board)).not.toContain('?program-without-start');
});

test('an address counted from 0 is not looked for in another memory, which may begin there', async () => {
  const { boot } = await boardOf('core', flashOf([0x08000000, buildProgram({ linkedFor: 0, reset: 0x30001 })]));
  expect(boot?.says).toBe('Nothing starts: bootloader has a reset vector that points outside the flash, to 0x30000.');
});
