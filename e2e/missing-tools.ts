/** Tools that only some tests need. Without one, these tests are skipped and say why; `.ci/run` installs them all and counts what was skipped. */
import { spawnSync } from 'node:child_process';

/** Each tool's package on Debian. */
const PACKAGES = {
  'arm-none-eabi-gcc': 'gcc-arm-none-eabi',
  'dfu-util': 'dfu-util',
  pyserial: 'python3-serial',
  'qemu-system-arm': 'qemu-system-arm',
  xdotool: 'xdotool',
  Xvfb: 'xvfb',
} as const;

/** A tool, by the name of its program or module. */
export type Tool = keyof typeof PACKAGES;

/** The Python that has pyserial. Debian's own first: another one earlier in the path may lack it. */
export function pythonWithSerial(): string | undefined {
  return ['/usr/bin/python3', 'python3'].find(
    (python) => spawnSync(python, ['-c', 'import serial'], { stdio: 'ignore' }).status === 0,
  );
}

/** The compiler and the emulator that run what was linked with the app's linker regions. */
export const ARM_TOOLS: readonly Tool[] = ['arm-none-eabi-gcc', 'qemu-system-arm'];

/** Which of these tools are missing and how to get them, as a clause; '' if none is. */
export function missingTools(...tools: readonly Tool[]): string {
  const missing = tools.filter((tool) => !isThere(tool));
  if (missing.length === 0) return '';
  const packages = missing.map((tool) => PACKAGES[tool]).join(' ');
  return `there is no ${missing.join(' and no ')} (on Debian: apt-get install ${packages})`;
}

/** The same for the end of a test's title, so that a list of tests shows it. */
export function skippedFor(missing: string): string {
  return missing === '' ? '' : ` (SKIPPED HERE: ${missing})`;
}

function isThere(tool: Tool): boolean {
  if (tool === 'pyserial') return pythonWithSerial() !== undefined;
  // Not each of them knows the option; what matters is that it can be started.
  return spawnSync(tool, ['--version'], { stdio: 'ignore' }).error === undefined;
}
