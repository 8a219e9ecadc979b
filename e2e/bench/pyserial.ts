/** A foreign client of serial boards on the bench: pyserial, which esptool is made of, and a small client over it. */
import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench } from './bench.ts';

const CLIENT = fileURLToPath(new URL('esp-client.py', import.meta.url));
/** Debian's own first: another one may be in front that lacks the module. */
const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import serial'], { stdio: 'ignore' }).status === 0,
);

/** Why it cannot run here, or undefined where it can. */
export const lackingPyserial: string | undefined =
  PYTHON === undefined ? 'there is no pyserial (on Debian: apt-get install python3-serial)' : undefined;

/** Runs `esp-client.py` on a port of the bench; what it printed. Rejects where it failed, with all it said. */
export function espClient(bench: Bench, port: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(PYTHON ?? '', [CLIENT, port, ...args], { env: bench.env(), timeout: 35_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else reject(new Error(`${stdout}${stderr}`, { cause: error }));
    });
  });
}
