/** A foreign client of serial boards on the bench: pyserial, on which esptool is built, and a small client on top of it. */
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench } from './bench.ts';

const CLIENT = fileURLToPath(new URL('esp-client.py', import.meta.url));
/** Debian's own first: another one earlier in the path may lack the module. */
const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import serial'], { stdio: 'ignore' }).status === 0,
);

/** Why pyserial cannot run here, or undefined if it can. */
export const lackingPyserial: string | undefined =
  PYTHON === undefined ? 'there is no pyserial (on Debian: apt-get install python3-serial)' : undefined;

/** Runs `esp-client.py` on a port of the bench; resolves with its output, rejects with all output if it fails. */
export function espClient(bench: Bench, port: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(PYTHON ?? '', [CLIENT, port, ...args], { env: bench.env(), timeout: 35_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else reject(new Error(`${stdout}${stderr}`, { cause: error }));
    });
  });
}
