/** The virtual DFU boards that come with the app, as data: light enough for a page to list. */
import type { ParticleFactory } from './firmware/particle-factory.ts';
import type { ParticleModel } from './particle-models.ts';

/** The kind of a board and its factory state. */
export type DfuKind =
  | { readonly kind: 'stm32f405'; readonly readProtected?: true }
  | {
      readonly kind: 'particle';
      readonly model: ParticleModel;
      readonly deviceVersion: number;
      readonly factory: ParticleFactory;
    };

/** A board that can be opened without hardware; `usb` identifies it in DFU mode. */
export interface VirtualDfuBoard {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly link: 'usb';
  readonly usb: {
    readonly vendorId: number;
    readonly productId: number;
    readonly product: string;
    readonly serial: string;
  };
  readonly dfu: DfuKind;
}

/** What a Particle board and its chip are called once they are read. */
export function particleChip(model: ParticleModel): string {
  const name = { photon: 'Photon', p1: 'P1', electron: 'Electron' }[model];
  return `Particle ${name} (STM32F205)`;
}

/** What the chip of the other boards is called once it is read: its ROM does not tell it from its sibling. */
export const ST_CHIP = 'STM32 (may be F405 or F407)';

const ST = { vendorId: 0x0483, productId: 0xdf11, product: 'STM32  BOOTLOADER' };

/** Every virtual DFU board. */
export const VIRTUAL_DFU_BOARDS: readonly VirtualDfuBoard[] = [
  {
    id: 'photon',
    name: 'Particle Photon in DFU mode',
    summary:
      'System firmware, and an application of 23 KiB at 0x080A0000. The OTA sector holds what the last update left.',
    link: 'usb',
    usb: { vendorId: 0x2b04, productId: 0xd006, product: 'Photon DFU Mode', serial: '00000000010C' },
    dfu: { kind: 'particle', model: 'photon', deviceVersion: 0x0200, factory: {} },
  },
  {
    id: 'p1',
    name: 'Particle P1 in DFU mode',
    summary:
      'As the Photon, with 1 MiB of serial flash. Its application needs a newer system: without help it boots into safe mode.',
    link: 'usb',
    usb: { vendorId: 0x2b04, productId: 0xd008, product: 'P1 DFU Mode', serial: '2d0034000a47343432313031' },
    dfu: { kind: 'particle', model: 'p1', deviceVersion: 0x0250, factory: { user: 'unmet dependency' } },
  },
  {
    id: 'electron',
    name: 'Particle Electron in DFU mode',
    summary:
      'Three system parts, an application of 23 KiB at 0x08080000, and an older one in the factory slot behind it.',
    link: 'usb',
    usb: { vendorId: 0x2b04, productId: 0xd00a, product: 'Electron DFU Mode', serial: '3b0021000547353138383138' },
    dfu: { kind: 'particle', model: 'electron', deviceVersion: 0x0250, factory: { factoryModule: true } },
  },
  {
    id: 'stm32f405',
    name: 'STM32F405 in its ROM bootloader',
    summary: '1 MiB of flash with an application of 79 KiB. It starts in DFU’s error state, as these chips do.',
    link: 'usb',
    usb: { ...ST, serial: '357236543131' },
    dfu: { kind: 'stm32f405' },
  },
  {
    id: 'stm32f405-protected',
    name: 'STM32F405 that is read protected',
    summary: 'Read protection level 1: nothing can be read, erased or written until everything is erased.',
    link: 'usb',
    usb: { ...ST, serial: '357236543132' },
    dfu: { kind: 'stm32f405', readProtected: true },
  },
];
