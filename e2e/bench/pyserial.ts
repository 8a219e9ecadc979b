/** A foreign client of serial boards on the bench: pyserial, on which esptool is built, and a small client on top of it. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { pythonWithSerial } from '../missing-tools.ts';
import type { Bench } from './bench.ts';

const PYTHON = pythonWithSerial() ?? '';
const CLIENT = fileURLToPath(new URL('esp-client.py', import.meta.url));

/** Runs `esp-client.py` on a port of the bench; resolves with its output, rejects with all output if it fails. */
export function espClient(bench: Bench, port: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(PYTHON, [CLIENT, port, ...args], { env: bench.env(), timeout: 35_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else reject(new Error(`${stdout}${stderr}`, { cause: error }));
    });
  });
}
