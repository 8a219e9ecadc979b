/** Builds the example's programs with the ARM compiler, and runs a flash of 1 MiB in QEMU. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SOURCES = join(import.meta.dirname, '.');
const GCC = 'arm-none-eabi-gcc';
const OBJCOPY = 'arm-none-eabi-objcopy';
const QEMU = 'qemu-system-arm';
const FLAGS = [
  '-mcpu=cortex-m3',
  '-mthumb',
  '-Os',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-ffreestanding',
  '-nostdlib',
  '-fno-pic',
];
/** Keeps the linker from filling the first page of a sector with the ELF file's own header. */
const LINK = ['-Wl,-n', '-Wl,--build-id=none', '-Wl,--no-warn-rwx-segments'];

const run = promisify(execFile);

/** The board to build programs for. */
export interface ProofBoard {
  readonly platform: number;
  /** The address of the user application. */
  readonly user: number;
}

/** An application, and its extension if it has one. Sizes in bytes. */
export interface ProofApp extends ProofBoard {
  readonly version: number;
  readonly table: number;
  /** The linker regions made by the app. */
  readonly regions: string;
  readonly extension?: {
    readonly address: number;
    readonly version: number;
    /** The extension version that the application was built for. */
    readonly wanted: number;
    readonly table: number;
  };
}

const hex = (value: number) => `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;
const define = (name: string, value: string | number) => `-D${name}=${value}`;
const text = (value: string | number) => `"${value}"`;

/** The boot program for the start of the flash. */
export async function buildBoot({ platform, user }: ProofBoard): Promise<Uint8Array> {
  return inFolder(async (folder) => {
    const elf = join(folder, 'boot.elf');
    const own = [define('USER', hex(user)), define('PLATFORM', platform), join(SOURCES, 'boot.c')];
    await run(GCC, [...FLAGS, ...LINK, ...own, '-T', join(SOURCES, 'boot.ld'), '-o', elf]);
    await run(OBJCOPY, ['-O', 'binary', elf, join(folder, 'boot.bin')]);
    return readFile(join(folder, 'boot.bin'));
  });
}

/** The ELF file of an application, as the linker makes it. */
export async function buildApp({ platform, version, table, regions, extension }: ProofApp): Promise<Uint8Array> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, 'regions.ld'), regions);
    const size = (bytes: number) => [define('TABLE', text(bytes)), define('TABLE_SIZE', bytes)];
    const compile = async (name: string, ...defines: readonly string[]) => {
      const object = join(folder, `${name}.o`);
      await run(GCC, [...FLAGS, ...defines, '-c', join(SOURCES, `${name}.c`), '-o', object]);
      return object;
    };
    const common = [define('PLATFORM', platform), define('APP_VERSION', version), ...size(table)];
    const extended =
      extension === undefined
        ? []
        : [define('EXTENSION', hex(extension.address)), define('EXTENSION_WANTED', extension.wanted)];
    const objects = [await compile('app', ...common, ...extended)];
    if (extension !== undefined) {
      const { address, version: own, table: bytes } = extension;
      const defines = [define('EXTENSION', hex(address)), define('EXTENSION_VERSION', own)];
      objects.push(await compile('extension', ...defines, ...size(bytes)));
    }
    const elf = join(folder, 'app.elf');
    await run(GCC, [...FLAGS, ...LINK, ...objects, '-L', folder, '-T', join(SOURCES, 'app.ld'), '-o', elf]);
    return readFile(elf);
  });
}

/** The output of an STM32F205 that starts from a flash of 1 MiB, up to its `end`. */
export async function startInQemu(flash: Uint8Array, ms = 20_000): Promise<string> {
  return inFolder(async (folder) => {
    const dump = join(folder, 'flash.bin');
    await writeFile(dump, flash);
    const child = spawn(
      QEMU,
      ['-machine', 'netduino2', '-kernel', dump, '-nographic', '-monitor', 'none', '-serial', 'stdio'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let printed = '';
    return new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => finish(new Error(`QEMU said no "end" within ${ms} ms: ${printed}`)), ms);
      const finish = (error?: Error) => {
        clearTimeout(late);
        child.kill('SIGKILL');
        if (error === undefined) resolve(printed);
        else reject(error);
      };
      child.on('error', finish);
      child.on('exit', (code) => finish(new Error(`QEMU ended by itself (${code}): ${printed}`)));
      child.stderr.on('data', (data: Buffer) => (printed += data.toString()));
      child.stdout.on('data', (data: Buffer) => {
        printed += data.toString();
        if (/^end$/m.test(printed)) finish();
      });
    });
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sectorwise-proof-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
