/** Bundles a script and all its imports into one file, for scripts whose clock jumps. */
import { build } from 'vite';

/**
 * Writes `worker.mjs` to a folder. Vite's own loader asks a thread for each dynamic import, including those of esptool-js, and
 * a jumping clock would jump past the answer; in the bundle nothing is imported on demand.
 */
export async function bundle(entry: string, outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'warn',
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
