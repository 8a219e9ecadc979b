/** Bundles a script and all its imports into one file, for scripts whose clock jumps. */
import { resolve } from 'node:path';
import type { Plugin } from 'vite';
import { build } from 'vite';

/** What stands in for the library of hashes in a bundle of the benchmark. */
const HASHES_AT_HAND = resolve('src/testing/bench/hashes-at-hand.ts');

/** Puts it in place of the library, except in that file itself, which needs the library. */
const hashesAtHand: Plugin = {
  name: 'hashes-at-hand',
  enforce: 'pre',
  resolveId: (source, importer) =>
    /^@noble\/hashes\/(?:legacy|sha2)\.js$/.test(source) && importer !== HASHES_AT_HAND ? HASHES_AT_HAND : null,
};

/** How a bundle differs from what the app ships. */
export interface BundleOptions {
  /** Digests can be kept and given again: see `src/testing/bench/hashes-at-hand.ts`. */
  readonly hashesAtHand?: true;
}

/**
 * Writes `worker.mjs` to a folder. Vite's own loader asks a thread for each dynamic import, including those of esptool-js, and
 * a jumping clock would jump past the answer; in the bundle nothing is imported on demand.
 */
export async function bundle(entry: string, outDir: string, options: BundleOptions = {}): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
    plugins: options.hashesAtHand === true ? [hashesAtHand] : [],
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir,
      copyPublicDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'worker.mjs', codeSplitting: false } },
    },
  });
}
