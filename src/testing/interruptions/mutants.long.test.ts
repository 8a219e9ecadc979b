/** Checks that the interruption proof catches errors: the app passes it, and no mutant does. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createRunnableDevEnvironment, resolveConfig } from 'vite';
import { NATIVE_HASHES } from '../../../scripts/native-hashes.ts';
import type { Mutant } from './mutants.ts';
import { MUTANTS } from './mutants.ts';
import type * as Small from './small.ts';

/** The mutant whose source is given out at present; null: the app as it is. */
let present: Mutant | null = null;

const MUTATED = {
  name: 'mutant',
  enforce: 'pre' as const,
  transform(code: string, id: string): string | null {
    if (present === null || id !== resolve(present.file)) return null;
    const { text, by, also = { text: '', by: '' } } = present;
    return code.replace(text, () => by).replace(also.text, () => also.by);
  },
};

// Modules apart from those of the other tests. All runs share what Vite made of the sources, except of the changed one.
const options = {
  configFile: false as const,
  envDir: false as const,
  logLevel: 'silent' as const,
  plugins: [MUTATED],
  resolve: { alias: [NATIVE_HASHES] },
  environments: {
    mutants: {
      consumer: 'server' as const,
      dev: { moduleRunnerTransform: true },
      resolve: { external: true as const },
    },
  },
};
const environment = createRunnableDevEnvironment('mutants', await resolveConfig(options, 'serve'), { hot: false });
await environment.init();
afterAll(() => environment.close());

/** The small proof, run on an app with one change to its source. */
async function proofOf(mutant: Mutant | null): Promise<typeof Small> {
  for (const changed of [present, mutant]) {
    if (changed === null) continue;
    for (const module of environment.moduleGraph.getModulesByFile(resolve(changed.file)) ?? []) {
      environment.moduleGraph.invalidateModule(module);
    }
  }
  present = mutant;
  environment.runner.clearCache();
  return environment.runner.import<typeof Small>(resolve('src/testing/interruptions/small.ts'));
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
    const source = readFileSync(mutant.file, 'utf8');
    for (const { text } of [mutant, ...(mutant.also === undefined ? [] : [mutant.also])])
      expect(source.split(text)).toHaveLength(2);
    const { smallProof } = await proofOf(mutant);
    const { wrong, lost } = await smallProof(mutant.photon === true, 'until-noticed');
    expect(wrong + lost).toBeGreaterThan(0);
  });
});
