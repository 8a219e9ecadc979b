/** An STM32F405 whose BOOT0 pin is high: ST's bootloader on USB, and what runs after it. */
import type { UsbFunction } from '../usb-core.ts';
import { deviceDescriptor, dfuConfiguration } from '../usb-descriptors.ts';
import type { Descriptors } from '../usb.ts';
import type { Chip, Exits, BootReport } from './board.ts';
import type { Faults } from './faults.ts';
import type { Life } from '../life.ts';
import type { Protection } from './option-bytes.ts';
import type { SectorFlash } from './sector-flash.ts';
import { StMemory } from './st-memory.ts';
import type { StQuirk } from './st-rom.ts';
import { ST_TRANSFER, StRom } from './st-rom.ts';
import { CCM, FLASH_START, readVectors, SRAM } from './stm32-flash.ts';

/** The names of the alternate settings, as `dfu-util -l` prints them for an STM32F405. */
export const ST_SETTINGS = [
  '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
  '@Option Bytes  /0x1FFFC000/01*016 e',
  '@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
  '@Device Feature/0xFFFF0000/01*004 e',
] as const;

/** The quirks of an STM32F405. */
export const F405_QUIRKS: readonly StQuirk[] = ['f4-starts-in-error', 'f405-mass-erase-poll-lie'];

/** What varies between STM32F405 boards. */
export interface StOptions {
  readonly serial: string;
  /** Default: those of an STM32F405. */
  readonly quirks?: readonly StQuirk[];
  /** Read protection; default 0. */
  readonly protection?: Protection;
  /** Indices of write protected sectors; default none. */
  readonly writeProtected?: readonly number[];
  /** Factory content of the internal flash. */
  readonly factory?: readonly { readonly address: number; readonly data: Uint8Array }[];
}

/** The chip, its memories, and its bootloader. */
export class StChip implements Chip {
  readonly memory = new StMemory();
  readonly descriptors: Descriptors;
  readonly memories: readonly [SectorFlash, ...SectorFlash[]];
  private readonly quirks: ReadonlySet<StQuirk>;

  constructor(options: StOptions) {
    const { memory } = this;
    this.memories = [memory.flash, memory.otp.cells, memory.options.cells];
    this.quirks = new Set(options.quirks ?? F405_QUIRKS);
    memory.options.setProtection(options.protection ?? 0);
    memory.options.setWriteProtected(options.writeProtected ?? []);
    for (const { address, data } of options.factory ?? []) memory.flash.load(address, data);
    this.descriptors = {
      device: deviceDescriptor({ usbVersion: 0x0100, vendorId: 0x0483, productId: 0xdf11, deviceVersion: 0x2200 }),
      configuration: dfuConfiguration({ names: [4, 5, 6, 7], configurationName: 0, transferSize: ST_TRANSFER }),
      strings: ['', 'STMicroelectronics', 'STM32  BOOTLOADER', options.serial, ...ST_SETTINGS],
    };
  }

  /** At read protection level 2 a chip does not boot from system memory any more (RM0090, "Read protections"). */
  get isShut(): boolean {
    return this.memory.options.protection === 2;
  }

  bootloader(life: Life, exits: Exits, faults: Faults): UsbFunction {
    return new StRom(this.memory, life, exits, faults, this.quirks);
  }

  /** Boots from main flash after a reset, or from the address pointer when the bootloader leaves. */
  async boot(at: number | null): Promise<BootReport> {
    const start = at ?? FLASH_START;
    // A chip that boots from main flash has that at 0 too; left by its bootloader, it still has system memory there (RM0090, 2.4).
    const vectors = readVectors(this.memory.flash, start, [SRAM, CCM], at === null);
    if (vectors === null) {
      const words = [`${hex(start)}: no stack in RAM or no entry in flash, so the processor faults`];
      return { end: 'crashed', at: null, words };
    }
    const words = [`${hex(start)}: stack ${hex(vectors.stack)}, entry ${hex(vectors.entry)}`, 'the application runs'];
    return { end: 'application', at: start, words };
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
