/** Checks that the interruption proof catches errors: the app passes it, and no mutant does. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runnerImport } from 'vite';
import type { Mutant } from './mutants.ts';
import { MUTANTS } from './mutants.ts';
import type * as Small from './small.ts';

/** The small proof, run on an app with one change to its source. */
async function proofOf(mutant: Mutant | null): Promise<typeof Small> {
  const path = mutant === null ? '' : resolve(mutant.file);
  const transform = (code: string, id: string): string | null => {
    if (id !== path || mutant === null) return null;
    const { text, by, also = { text: '', by: '' } } = mutant;
    return code.replace(text, () => by).replace(also.text, () => also.by);
  };
  const { module } = await runnerImport<typeof Small>(resolve('src/testing/interruptions/small.ts'), {
    configFile: false,
    logLevel: 'silent',
    plugins: [{ name: 'mutant', enforce: 'pre', transform }],
  });
  return module;
}

describe('the proof', { timeout: 120_000 }, () => {
  test('finds nothing in the app as it is', async () => {
    const { smallProof } = await proofOf(null);
    const { interruptions, wrong, lost, says } = await smallProof(true, 'all');
    expect(says).toEqual([]);
    expect([wrong, lost]).toEqual([0, 0]);
    expect(interruptions).toBeGreaterThan(200);
  });

  test.each(MUTANTS)('notices: $name', async (mutant) => {
    expect(readFileSync(mutant.file, 'utf8').split(mutant.text)).toHaveLength(2);
    const { smallProof } = await proofOf(mutant);
    const { wrong, lost } = await smallProof(mutant.photon === true, 'until-noticed');
    expect(wrong + lost).toBeGreaterThan(0);
  });
});
