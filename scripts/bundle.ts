/** Makes one file of a script and all that it imports, for scripts whose time jumps. */
import { build } from 'vite';

/**
 * Writes `worker.mjs` into a folder. Vite's own loader asks a thread about each import on demand, those of esptool-js too, and
 * a clock that jumps would leap over the answer; here nothing is imported on demand.
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
