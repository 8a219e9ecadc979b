/** The real dfu-util, on the bench. */
import { execFile } from 'node:child_process';
import type { Bench } from './bench.ts';

/** Runs dfu-util; resolves with its exit code and all its output. */
export function dfuUtil(
  bench: Bench,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ code: number; text: string }> {
  const options = { env: bench.env(), timeout: 50_000, ...(signal && { signal }) };
  return new Promise((resolve) => {
    execFile('dfu-util', [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, text: `${stdout}${stderr}` });
    });
  });
}
