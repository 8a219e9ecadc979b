/** The 24-byte header of Particle's modules: device-os, dynalib/inc/module_info.h. */

/** A dependency of a module: another module of at least this version. */
export interface Dependency {
  readonly function: number;
  readonly index: number;
  readonly version: number;
}

/** A module's header. `at` is its offset in the module; `start` and `end` are addresses; the CRC is at `end`. */
export interface ModuleHead {
  readonly at: number;
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  readonly version: number;
  readonly platform: number;
  readonly function: number;
  readonly index: number;
  /** None, one or two: the second counts only where there is a first (device-os, validate_module_dependencies). */
  readonly dependencies: readonly Dependency[];
}

/** Size of the header in bytes. */
export const HEADER_SIZE = 24;
/** How many bytes from the start of a module have to be read to find its header, wherever it is. */
export const HEAD_BYTES = 0x220;

/** A first word that matches is a stack pointer: APP_START_MASK in device-os, platform/MCU/STM32F2xx. */
const STACK_MASK = 0x2ff10000;
const STACK = 0x20000000;
/** The last address of flash that a user application may end at, on the boards of this family. */
const LAST_END = 0x08100000;

/** The names of the function numbers; there are no higher ones (module_info.h). */
const FUNCTIONS: Readonly<Record<number, string>> = {
  1: 'resource',
  2: 'bootloader',
  3: 'monolithic firmware',
  4: 'system part',
  5: 'user application',
  6: 'settings',
  7: 'network processor firmware',
  8: 'radio stack',
  9: 'asset',
};
/** Function numbers of modules (module_info.h); system parts are told apart by their index. */
export const FUNCTION = { bootloader: 2, monolithic: 3, system: 4, user: 5 } as const;

/** A platform: its name, the flash that its modules may lie in, and where their header is after a vector table. */
interface Platform {
  readonly name: string;
  readonly flash: { readonly start: number; readonly end: number };
  /** Offset of the header in a module that starts with a vector table; null if only modules without one are known. */
  readonly behindVectors: number | null;
}

// platform_flash.ld of the STM32F1 and F2; flash_mal.c and ota_module_bounds.c of the nRF52840 and the RTL872x.
const STM32F1 = { flash: { start: 0x08000000, end: 0x08020000 }, behindVectors: 0x10c } as const;
const STM32F2 = { flash: { start: 0x08000000, end: 0x08100000 }, behindVectors: 0x184 } as const;
const NRF52840 = { flash: { start: 0, end: 0x00100000 }, behindVectors: 0x200 } as const;
const RTL872X = { flash: { start: 0x08000000, end: 0x08800000 }, behindVectors: null } as const;

// device-os, build/platform-id.mk.
const PLATFORMS: Readonly<Record<number, Platform>> = {
  0: { name: 'Particle Core', ...STM32F1 },
  6: { name: 'Particle Photon', ...STM32F2 },
  8: { name: 'Particle P1', ...STM32F2 },
  10: { name: 'Particle Electron', ...STM32F2 },
  12: { name: 'Particle Argon', ...NRF52840 },
  13: { name: 'Particle Boron', ...NRF52840 },
  14: { name: 'Particle Xenon', ...NRF52840 },
  15: { name: 'Particle E SoM X', ...NRF52840 },
  22: { name: 'Particle A SoM', ...NRF52840 },
  23: { name: 'Particle B SoM', ...NRF52840 },
  24: { name: 'Particle X SoM', ...NRF52840 },
  25: { name: 'Particle B5 SoM', ...NRF52840 },
  26: { name: 'Particle Tracker', ...NRF52840 },
  28: { name: 'Particle TrackerM', ...RTL872X },
  32: { name: 'Particle P2 or Photon 2', ...RTL872X },
  35: { name: 'Particle M SoM', ...RTL872X },
};

const BEHIND_VECTORS: readonly number[] = [STM32F2, STM32F1, NRF52840].map(({ behindVectors }) => behindVectors);

/** The name of a module: `system part 2`, `user application`. */
export function moduleName({ function: kind, index }: Pick<ModuleHead, 'function' | 'index'>): string {
  const name = FUNCTIONS[kind] ?? `module of function ${kind}`;
  return kind === FUNCTION.system ? `${name} ${index}` : name;
}

/** What a module depends on, as the end of a clause: `, needs system part 1 v207`; empty where it needs nothing. */
export function needsWords({ dependencies }: Pick<ModuleHead, 'dependencies'>): string {
  const needs = dependencies.map((need) => `${moduleName(need)} v${need.version}`).join(' and ');
  return needs === '' ? '' : `, needs ${needs}`;
}

/** The name of a platform: `Particle Photon`, or `platform 99` if it is unknown. */
export function platformName(platform: number): string {
  return PLATFORMS[platform]?.name ?? `platform ${platform}`;
}

/**
 * The header at the start of a module or after its vector table; null if there is no plausible one: a known function and
 * platform, an even start, and an end after its own header, both in the platform's flash. The words at this offset of other
 * programs are interrupt vectors (odd addresses) or code. Looks at no more than `HEAD_BYTES`.
 */
export function readModuleHead(data: Uint8Array): ModuleHead | null {
  if (data.length < HEADER_SIZE) return null;
  const first = viewOf(data).getUint32(0, true);
  // Stack pointers of the nRF52840 do not match the STM32's mask: it has 256 KiB of RAM.
  if (!isStack(first) && (first < STACK || first > 0x20040000)) return headAt(data, 0);
  for (const at of BEHIND_VECTORS) {
    const head = headAt(data, at);
    if (head !== null) return head;
  }
  return null;
}

/**
 * Whether Particle's system firmware would accept these bytes as the user application: its check before it looks at any
 * CRC (device-os, FLASH_isUserModuleInfoValid). Weaker than `readModuleHead`.
 */
export function passesUserCheck(data: Uint8Array, userStart: number, platform: number): boolean {
  if (data.length < 4) return false;
  const at = isStack(viewOf(data).getUint32(0, true)) ? 0x184 : 0;
  if (data.length < at + HEADER_SIZE) return false;
  const view = viewOf(data);
  const end = view.getUint32(at + 4, true);
  return view.getUint32(at, true) === userStart && end <= LAST_END && view.getUint16(at + 12, true) === platform;
}

function headAt(data: Uint8Array, at: number): ModuleHead | null {
  if (data.length < at + HEADER_SIZE) return null;
  const view = viewOf(data);
  const dependency = (from: number): Dependency => ({
    function: view.getUint8(from),
    index: view.getUint8(from + 1),
    version: view.getUint16(from + 2, true),
  });
  const head = {
    at,
    start: view.getUint32(at, true),
    end: view.getUint32(at + 4, true),
    flags: view.getUint8(at + 9),
    version: view.getUint16(at + 10, true),
    platform: view.getUint16(at + 12, true),
    function: view.getUint8(at + 14),
    index: view.getUint8(at + 15),
  };
  const platform = PLATFORMS[head.platform];
  if (FUNCTIONS[head.function] === undefined || platform === undefined) return null;
  if (at !== 0 && at !== platform.behindVectors) return null;
  const { start, end } = platform.flash;
  if (head.start % 2 !== 0 || head.start < start || head.end > end) return null;
  if (head.end < head.start + at + HEADER_SIZE) return null;
  const [first, second] = [dependency(at + 16), dependency(at + 20)];
  const dependencies = first.function === 0 ? [] : second.function === 0 ? [first] : [first, second];
  return { ...head, dependencies };
}

function isStack(word: number): boolean {
  // `>>> 0`: the bit operation gives a signed number.
  return (word & STACK_MASK) >>> 0 === STACK;
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
