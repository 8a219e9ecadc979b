/** Programs for an STM32: what tells them from Particle's modules, and the place that they were linked for. */
import { describe, expect, test } from 'vitest';
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
    expect(there.boot?.says).toBe('The chip starts the program in Internal Flash.');
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
