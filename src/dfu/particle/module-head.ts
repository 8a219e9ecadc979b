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
export const HEAD_BYTES = 0x200;

/** Header offsets after a vector table: the STM32F2's (Photon, P1, Electron) and the STM32F1's (Core), platform_flash.ld. */
const BEHIND_VECTORS = [0x184, 0x10c];
/** A first word that matches is a stack pointer: APP_START_MASK in device-os, platform/MCU/STM32F2xx. */
const STACK_MASK = 0x2ff10000;
const STACK = 0x20000000;
/** The flash of every board of this family; the addresses in a header are within it. */
const FLASH = { start: 0x08000000, end: 0x08100000 };

/** The names of the function numbers; boards of this family have no modules with higher ones. */
const FUNCTIONS: Readonly<Record<number, string>> = {
  1: 'resource',
  2: 'bootloader',
  3: 'monolithic firmware',
  4: 'system part',
  5: 'user application',
  6: 'settings',
  7: 'network processor firmware',
};
/** The function number of monolithic firmware. */
export const MONOLITHIC = 3;
/** The function number of system parts, which are told apart by their index. */
export const SYSTEM_PART = 4;
/** The function number of user applications. */
export const USER_PART = 5;

// device-os, platforms: PLATFORM_ID.
const PLATFORMS: Readonly<Record<number, string>> = {
  0: 'Particle Core',
  6: 'Particle Photon',
  8: 'Particle P1',
  10: 'Particle Electron',
  12: 'Particle Argon',
  13: 'Particle Boron',
};

/** The name of a module: `system part 2`, `user application`. */
export function moduleName({ function: kind, index }: Pick<ModuleHead, 'function' | 'index'>): string {
  const name = FUNCTIONS[kind] ?? `module of function ${kind}`;
  return kind === SYSTEM_PART ? `${name} ${index}` : name;
}

/** The name of a platform: `Particle Photon`, or `platform 99` if it is unknown. */
export function platformName(platform: number): string {
  return PLATFORMS[platform] ?? `platform ${platform}`;
}

/**
 * The header at the start of a module or after its vector table; null if there is no plausible one. Looks at no more than
 * `HEAD_BYTES`.
 */
export function readModuleHead(data: Uint8Array): ModuleHead | null {
  if (data.length < HEADER_SIZE) return null;
  const first = viewOf(data).getUint32(0, true);
  const places = isStack(first) ? BEHIND_VECTORS : [0];
  for (const at of places) {
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
  return view.getUint32(at, true) === userStart && end <= FLASH.end && view.getUint16(at + 12, true) === platform;
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
  if (FUNCTIONS[head.function] === undefined) return null;
  if (head.start < FLASH.start || head.end > FLASH.end || head.end < head.start + at + HEADER_SIZE) return null;
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
