/** Programs for an STM32: what tells them from Particle's modules, and the place that they were linked for. */
import { describe, expect, test } from 'vitest';
import { ON_PAGE } from '../../flash/steps.ts';
import { noise } from '../../testing/bytes.ts';
import { arranged, boardOf, FAMILY, flashOf, kindsOf, named, photonFlash, place } from '../../testing/dfu/boards.ts';
import { buildModule } from '../../testing/dfu/particle-images.ts';
import { buildProgram } from '../../testing/dfu/programs.ts';

const board = await boardOf('f405', flashOf());
/** A start, an end, a version and a platform that a Photon's module has. */
const HEADER = [0x08060000, 0x08062000, 0x00070000, 0x02040006, 0, 0];

describe('a program with a module’s header at 0x184', () => {
  const vectors = named(
    'app.bin',
    buildProgram({ size: 40_000, at184: [0x08000949, 0x08005001, 0x08000949, 0x08010311] }),
  );
  const code = named('app.bin', buildProgram({ size: 40_000, at184: HEADER }));

  test.each([
    ['made of interrupt vectors', vectors],
    ['that could be one', code],
  ])('%s is a program on an STM32', (_, file) => {
    expect(FAMILY.identify(file, board)).toMatchObject({ kind: 'program', findings: [] });
    const placements = place([file], board);
    expect(placements[0]?.choice).toMatchObject({ address: 0x08000000, fits: true });
    expect(kindsOf(placements, board)).toEqual([]);
  });

  test('is a program in the flash of an STM32 too', async () => {
    const there = await boardOf('f405', flashOf([0x08000000, code.data]));
    expect(there.contents[0]).toMatchObject({ kind: 'program' });
    expect(there.boot?.says).toMatch(
      /^The chip starts what is at the beginning of its flash\. Internal Flash begins there/,
    );
  });

  test('is a damaged module on a Photon', async () => {
    expect(FAMILY.identify(code, await boardOf('photon', photonFlash()))).toMatchObject({ kind: 'damaged module' });
  });

  test('is a module for another board if its checksums are right', () => {
    const file = named('part2.bin', buildModule({ start: 0x08060000, function: 4, index: 2, vectors: true }));
    expect(kindsOf(place([file], board), board)).toEqual(['module-for-other-board']);
    expect(arranged(place([file], board), board).refusals[0]?.says).toBe(
      'part2.bin is for the Particle Photon, but this board is an STM32F405 or F407: it would not run.',
    );
  });
});

test('what is in the sectors is one phrase, and the question about it leaves the backup to the plan', async () => {
  const size = 30_000;
  const own = await boardOf('f405', flashOf([0x08000000, buildProgram({ size })], [0x08004000, noise(0x2000)]));
  const file = named('data.bin', noise(size));
  const choice = 'sectors@8000000+8004000';
  const [placed] = FAMILY.arrange({ files: [{ file, choice }] }, own).placements;
  expect(placed?.choice?.why).toMatch(
    /; they now hold a program: it begins with a vector table; then more of it, or unrecognised data$/,
  );
  const asked = arranged(place([file], own, { 'data.bin': choice }), own).refusals;
  const inUse = asked.find(({ kind }) => kind === 'sector-in-use');
  expect(inUse?.next).toBe(`${ON_PAGE.kept} To keep it on the board, choose a blank erase unit.`);
});

describe('a program that was linked for another place than the start of the flash', () => {
  const blank = flashOf();
  const bootloader = flashOf([0x08000000, buildProgram({ size: 0x3000 })]);
  const app = (linkedFor: number, options: Parameters<typeof buildProgram>[0] = {}) =>
    named('app.bin', buildProgram({ linkedFor, ...options }));
  const F103 = { map: '@Internal Flash  /0x08000000/128*2Kg' };

  test('goes to that place, without a question', () => {
    const [file] = [app(0x08008000)];
    expect(FAMILY.identify(file, board).says).toBe(
      'A program of 20,000 bytes: it begins with a vector table, linked for 0x08008000.',
    );
    const placements = place([file], board);
    expect(placements[0]?.choice).toMatchObject({ address: 0x08008000, fits: true, why: /^where it was linked for/ });
    expect(kindsOf(placements, board)).toEqual([]);
  });

  test.each([
    ['0x0800C000, as on an MKS Robin Nano', 0x0800c000, {}, {}],
    ['0x08010000, 64 KiB behind the start', 0x08010000, {}, {}],
    ['0x08002000, as behind an 8 KiB bootloader', 0x08002000, { pointers: [17_000, 18_000, 19_000] }, F103],
    ['0x08007000, as on a BTT board', 0x08007000, {}, F103],
    // Its handlers would also lie within it at the start of the flash; its other pointers would not.
    ['a place that only its pointers tell', 0x08008000, { size: 200_000, pointers: [150_000, 190_000, 199_000] }, {}],
  ])('%s', async (_, address, options, map) => {
    const own = await boardOf('f405', blank, map);
    expect(place([app(address, options)], own)[0]?.choice).toMatchObject({ address, fits: true });
    // A chip with many pages is not looked at page by page.
    const asked = kindsOf(place([app(address, options)], own), own);
    expect(asked.filter((kind) => kind !== '?sector-in-use')).toEqual([]);
  });

  test('a large program stays at the start of the flash if nothing speaks against it', () => {
    const late = named('app.bin', buildProgram({ size: 200_000, reset: 0x08020101, pointers: [100, 40_000, 199_000] }));
    expect(place([late], board)[0]?.choice).toMatchObject({ address: 0x08000000, why: /^where the chip starts/ });
    expect(kindsOf(place([late], board), board)).toEqual([]);
  });

  test('is written to another place only after a question, which names both', () => {
    const placements = place([app(0x08008000)], board, { 'app.bin': 'sectors@8000000+8004000' });
    expect(arranged(placements, board).refusals).toMatchObject([
      {
        kind: 'program-linked-elsewhere',
        says: 'app.bin was linked for 0x08008000, but would be written to sector 0 to 1 (0x08000000): its code would not be at the addresses that it uses.',
        consent: /may not start/,
      },
    ]);
    expect(arranged(placements, board).boot).toMatchObject({
      expected: null,
      says: /cannot tell what starts: the program at 0x08000000 was not linked for this place, and its reset vector points to 0x08008188/,
    });
  });

  test('and so is a program for the start that is put elsewhere, or into sectors that are not adjacent', () => {
    const file = named('app.bin', buildProgram());
    const asked = (choice: string) => kindsOf(place([file], board, { 'app.bin': choice }), board);
    expect(asked('sectors@8008000+800c000')).toEqual(['?program-linked-elsewhere']);
    expect(asked('sectors@8000000+8008000')).toEqual(['?program-linked-elsewhere']);
  });

  test('one for a place that the board does not have has to be placed by hand', () => {
    const file = app(0x08120000);
    expect(kindsOf(place([file], board), board)).toEqual(['sector-not-chosen']);
    const placements = place([file], board, { 'app.bin': 'sectors@8000000+8004000' });
    expect(arranged(placements, board).refusals).toMatchObject([
      { says: /linked for another place \(its reset handler is at 0x08120188\)/ },
    ]);
  });

  test('what the chip starts then is said', async () => {
    const file = app(0x08008000);
    expect(arranged(place([file], board), board).boot.says).toBe(
      'Afterwards: nothing starts: Internal Flash is blank at its start. app.bin at 0x08008000 needs a bootloader at 0x08000000 that starts it.',
    );
    const own = await boardOf('f405', bootloader);
    expect(arranged(place([file], own), own).boot).toMatchObject({
      expected: { name: 'Internal Flash', address: 0x08000000 },
      says: 'Afterwards: the chip starts the program in Internal Flash. app.bin at 0x08008000 runs only if that program starts it, as a bootloader does.',
    });
  });

  test('a file with an address of its own goes there without a question', () => {
    const { data } = app(0x08008000);
    for (const at of [0x08008000, 0x08000000]) {
      const placements = place([named('app.hex at …', data, at)], board);
      expect(placements[0]?.choice).toMatchObject({ address: at, fits: true });
      expect(kindsOf(placements, board)).toEqual([]);
    }
  });

  test('an initial stack pointer that is not in RAM is named', () => {
    const file = named('app.bin', buildProgram({ stack: 0x08002000 }));
    expect(FAMILY.identify(file, board)).toMatchObject({
      kind: 'data',
      says: '20,000 bytes of data: it begins like a vector table, but its initial stack pointer, 0x08002000, is not in RAM.',
    });
    expect(kindsOf(place([file], board), board)).toEqual(['sector-not-chosen']);
  });
});
