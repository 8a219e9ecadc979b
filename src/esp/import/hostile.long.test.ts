/** Drops made to cost much: each is answered in 3 s of processor time and 300 MiB, or refused with the reason. */
import { beforeAll, describe, expect, test } from 'vitest';
import { boardFor, dropCases } from '../../testing/hostile/drop.ts';
import { ARCHIVE_DROPS } from '../../testing/hostile/files-archives.ts';
import { PACKED_DROPS } from '../../testing/hostile/files-packed.ts';
import { PROGRAM_DROPS } from '../../testing/hostile/files-programs.ts';
import { judge } from '../../testing/hostile/judge.ts';

const COSTLY = [...ARCHIVE_DROPS, ...PACKED_DROPS, ...PROGRAM_DROPS].filter(({ long }) => long !== true);

beforeAll(() => Promise.all((['ESP32', 'ESP32-S3', 'STM32', 'Photon'] as const).map(boardFor)));

describe('what comes of', () => {
  test.each(dropCases(COSTLY).map((each) => [each.name, each] as const))('%s', async (_, each) => {
    expect((await judge('files', each)).wrong).toBeNull();
  });
});

describe('an answer is also given on an STM32 to', () => {
  const others = ARCHIVE_DROPS.filter(({ board, long }) => board === undefined && long !== true);
  const drops = others.map((each) => ({ ...each, board: 'STM32', comes: /^(?!WRONG|threw)/ }) as const);
  test.each(dropCases(drops).map((each) => [each.name, each] as const))('%s', async (_, each) => {
    expect((await judge('files', each)).wrong).toBeNull();
  });
});
