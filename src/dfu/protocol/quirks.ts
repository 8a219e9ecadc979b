/** Where known devices deviate from the specifications, as data: how to recognise them, and how they are treated. */

/** A quirk of a connected device, for display. */
export interface Quirk {
  readonly id: string;
  readonly name: string;
  /** What the device does and how it is treated, as the end of a sentence. */
  readonly says: string;
}

/** How a device is treated. Sizes in bytes, times in ms. */
export interface Behaviour {
  /** The largest transfer that works. */
  readonly transferLimit: number;
  /** How often to retry a status request that the device stalls while a command runs. */
  readonly statusRetries: number;
  /** Whether a device that stays busy past the timeout is freed by clearing its status, although it is busy. */
  readonly clearWhenBusy: boolean;
  /** The timeout of a mass erase, whatever the device announces. */
  readonly massEraseMs: number;
  /** What an erased byte reads as. */
  readonly blank: number;
  /** How long the device asks to be left alone after each block that it programs, in ms. */
  readonly blockMs: number;
}

/** The largest control transfer that Linux passes on, one memory page: dfu-util, dfu_util.c and main.c. */
const LINUX_PAGE = 4096;

// 35 s is what dfu-util allows (dfuse.c); 2 MiB of an STM32F42x take up to 32 s at 3.3 V (its data sheet).
const USUAL: Behaviour = {
  transferLimit: LINUX_PAGE,
  statusRetries: 0,
  clearWhenBusy: false,
  massEraseMs: 35_000,
  blank: 0xff,
  blockMs: 0,
};

/** Whether a device calls itself the bootloader in ST's system memory: its USB IDs and its product string, `STM32  BOOTLOADER`. */
export function isStRom({
  vendorId,
  productId,
  productName,
}: Pick<USBDevice, 'vendorId' | 'productId' | 'productName'>): boolean {
  return vendorId === ST.vendorId && productId === ST.productId && /^STM32\s+BOOTLOADER$/.test(productName ?? '');
}

/** What is known about a device before any command is sent to it. */
export interface DeviceFacts {
  readonly vendorId: number;
  readonly productId: number;
  readonly serial: string | null;
  /** The memory strings of its alternate settings. */
  readonly names: readonly (string | null)[];
  /** Its own transfer size in bytes. */
  readonly transferSize: number;
}

/** One row of the table. An absent field matches every device. */
interface QuirkRow extends Quirk {
  readonly vendorId: number;
  readonly productId?: number;
  /** Matches the memory string of one of the settings, without spaces and leading zeros. */
  readonly map?: RegExp;
  readonly behaviour?: Partial<Behaviour>;
  /** The string to use in place of a wrong memory string; null if this one is right. */
  readonly memory?: (text: string, facts: DeviceFacts) => string | null;
}

const ST = { vendorId: 0x0483, productId: 0xdf11 } as const;

const ROWS: readonly QuirkRow[] = [
  {
    id: 'particle-works-inside-status',
    name: 'Works inside the status request',
    says: 'the device erases and writes while it answers a status request, which may take seconds, and signals errors with a stall.',
    // device-os, usbd_dfu_core.c. A stalled status is never requested again: the next reply would look clean.
    vendorId: 0x2b04,
    behaviour: { statusRetries: 0 },
  },
  {
    id: 'f4-mass-erase-lies',
    name: 'Understates a mass erase',
    says: 'the device announces 100 ms for a mass erase that takes up to 35 seconds.',
    // dfu-util, dfuse.c.
    ...ST,
    map: /\/0x8000000\/4\*16Kg,1\*64Kg,7\*128Kg/,
  },
  {
    id: 'l4-stalls-while-busy',
    name: 'Stalls while busy',
    says: 'the device may stall status requests while it is busy, so they are repeated up to three times.',
    // dfu-util, dfuse.c. The L4 and its relatives have pages of 2 KiB.
    ...ST,
    map: /\/0x8000000\/\d+\*2Kg/,
    behaviour: { statusRetries: 3 },
  },
  {
    id: 'l432-short-transfers',
    name: 'Needs short transfers',
    says: 'the device offers transfers of 2 KiB but only works with 1 KiB.',
    // Seen on L432, L433 and G431: at most 128 pages of 2 KiB.
    ...ST,
    map: /\/0x8000000\/(\d\d?|1[01]\d|12[0-8])\*2Kg/,
    behaviour: { transferLimit: 1024 },
  },
  {
    id: 'h743-stays-busy',
    name: 'Stays busy after an erase',
    says: 'the device may do so until its status is cleared.',
    // betaflight-configurator, pull request 1861: what STM32CubeProgrammer does.
    ...ST,
    map: /\/0x8000000\/16\*128Kg/,
    behaviour: { clearWhenBusy: true },
  },
  {
    id: 'erases-to-zero',
    name: 'Erases to zero',
    says: 'erased flash reads 00 instead of FF.',
    // STM32L0 and L1, recognised by their pages of 128 and 256 bytes; RM0377, FLASH_SR, NOTZEROERR.
    ...ST,
    map: /\/0x8000000\/\d+\*(128|256)B?g/,
    behaviour: { blank: 0 },
  },
  {
    id: 'gd32vf103-wrong-map',
    name: 'Wrong memory map',
    says: 'the device reports 2 KiB pages but has 1 KiB pages, so their number is taken from its serial number.',
    // dfu-util, quirks.c; the sizes are from the GD32VF103 data sheet, tables 2-1 and 2-2.
    vendorId: 0x28e9,
    productId: 0x0189,
    memory: gd32Memory,
  },
];

/** The one quirk that is observed while connecting instead of looked up. */
export const STARTS_IN_ERROR: Quirk = {
  id: 'starts-in-error',
  name: 'Started in an error',
  says: 'the error was cleared; some STM32F4 chips start like this when the flash holds no firmware.',
};

/** The quirks of a device and the resulting behaviour; `memories` are the memory strings to use for its settings. */
export interface Treatment {
  readonly quirks: readonly Quirk[];
  readonly behaviour: Behaviour;
  readonly memories: readonly (string | null)[];
}

/** Looks up the quirks of a device. A quirk that would change nothing on it is left out. */
export function treatmentOf(facts: DeviceFacts): Treatment {
  const rows = ROWS.filter((row) => fits(row, facts) && changes(row, facts));
  const memories = facts.names.map((name) => {
    const others = name === null ? [] : rows.map((row) => row.memory?.(name, facts) ?? null);
    return others.find((other) => other !== null) ?? name;
  });
  return {
    quirks: rows.map(({ id, name, says }) => ({ id, name, says })),
    behaviour: rows.reduce((behaviour, row) => ({ ...behaviour, ...row.behaviour }), usualOf(facts)),
    memories,
  };
}

/** ST's ROM announces 104 ms for each block, whatever its size (seen on an F405): it writes at 19 KiB/s at most. */
function usualOf({ vendorId, productId }: DeviceFacts): Behaviour {
  return vendorId === ST.vendorId && productId === ST.productId ? { ...USUAL, blockMs: 104 } : USUAL;
}

function changes({ behaviour, memory }: QuirkRow, facts: DeviceFacts): boolean {
  const limit = behaviour?.transferLimit;
  if (limit !== undefined && limit >= facts.transferSize) return false;
  return memory === undefined || facts.names.some((name) => name !== null && memory(name, facts) !== null);
}

function fits(row: QuirkRow, facts: DeviceFacts): boolean {
  const { map } = row;
  return (
    row.vendorId === facts.vendorId &&
    (row.productId === undefined || row.productId === facts.productId) &&
    (map === undefined || facts.names.some((name) => name !== null && map.test(plain(name))))
  );
}

/** A memory string without spaces and leading zeros: `04*016Kg` and `4*16Kg` are the same. */
function plain(text: string): string {
  return text.replace(/\s+/g, '').replace(/(?<=[/,*x])0+(?=[\da-fA-F])/g, '');
}

/** Pages of a GD32VF103 by the letter of its flash size. */
const GD32_PAGES: Readonly<Record<string, number>> = { B: 128, '8': 64, '6': 32, '4': 16 };

function gd32Memory(text: string, { serial }: DeviceFacts): string | null {
  // The serial number is the model: `3CBJ` is a GD32VF103CB. Some devices send its bytes where UTF-16 belongs.
  const model = Array.from(serial ?? '', (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? character : String.fromCharCode(code & 0xff, code >> 8);
  }).join('');
  const [, size] = /^3.(.)J/.exec(model) ?? [];
  if (size === undefined || !/\/0x8000000\/\d+\*2Kg$/.test(plain(text))) return null;
  const pages = GD32_PAGES[size];
  // dfu-util assumes 128 KiB for letters that it does not know: that would be a guess.
  return pages === undefined ? null : text.replace(/\d+\s*\*\s*\d+\s*K\s*g\s*$/, `${pages}*1Kg`);
}
