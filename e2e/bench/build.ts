import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serialDeviceNumber } from './udev.ts';

/** The preloaded library, or why it cannot be built here. */
export type Preload = { kind: 'ready'; path: string } | { kind: 'missing'; reason: string };

const SOURCES = fileURLToPath(new URL('preload/', import.meta.url));
/** Where the library is built, below the folder of test results. */
export const LIBRARY = fileURLToPath(new URL('../../.results/vbench.so', import.meta.url));
// Without fortifying (Ubuntu's default), which would turn the open() that is defined here into another function.
const FLAGS = ['-O2', '-Wall', '-Wextra', '-fPIC', '-shared', '-fvisibility=hidden', '-U_FORTIFY_SOURCE', '-pthread'];

/** Compiles `preload/*.c` if they are newer than the library at `path`; throws if they have an error. */
export function buildPreload(path = LIBRARY): Preload {
  if (process.platform !== 'linux')
    return { kind: 'missing', reason: `it needs Linux, and this is ${process.platform}` };
  if (serialDeviceNumber() === undefined)
    return { kind: 'missing', reason: 'no driver in /proc/tty/drivers has the type "serial"' };
  const files = readdirSync(SOURCES).map((name) => join(SOURCES, name));
  const newest = Math.max(...files.map(modified));
  if (modified(path) > newest) return { kind: 'ready', path };
  const lacking = lackingCompiler();
  if (lacking !== undefined) return { kind: 'missing', reason: lacking };
  mkdirSync(dirname(path), { recursive: true });
  // Renamed once complete: several workers may build at once, and a browser may have the old one loaded.
  const fresh = `${path}.${process.pid}`;
  execFileSync('gcc', [...FLAGS, '-o', fresh, ...files.filter((file) => file.endsWith('.c'))], { stdio: 'pipe' });
  renameSync(fresh, path);
  return { kind: 'ready', path };
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}

function lackingCompiler(): string | undefined {
  const hint = 'on Debian: apt-get install gcc libc6-dev';
  try {
    execFileSync('gcc', ['-E', '-'], { input: '#include <stdio.h>\n#include <linux/usbdevice_fs.h>\n', stdio: 'pipe' });
    return undefined;
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return absent ? `there is no gcc (${hint})` : `gcc finds no header files of libc and the kernel (${hint})`;
  }
}
