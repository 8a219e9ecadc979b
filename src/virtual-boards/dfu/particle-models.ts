/** The Particle boards with an STM32F205, as data: what is where (device-os, Gen 2). */

/** The models with a virtual board. */
export type ParticleModel = 'photon' | 'p1' | 'electron';

/** USB and platform ids of a model, and where it keeps its modules; sizes in bytes. */
export interface ModelFacts {
  readonly name: string;
  readonly productId: number;
  readonly platform: number;
  /** System parts by address; the bootloader checks the first. */
  readonly system: readonly { readonly index: number; readonly address: number; readonly size: number }[];
  /**
   * The system part that has itself and the bootloader checked before any user code runs, and since which version; null on a
   * model that checks neither (device-os 0.7.0-rc.1 and later, modules/shared/stm32f2xx/inc/system_part2_loader.c).
   */
  readonly checksItself: { readonly index: number; readonly since: number } | null;
  readonly user: number;
  readonly ota: number;
  /** The factory slot: a copy of a user module, restored if the user module's header is invalid. */
  readonly factory: number;
  readonly serialFlash: boolean;
}

/** Bytes that a factory restore copies, and size of the user module's sector (USER_FIRMWARE_IMAGE_SIZE). */
export const USER_SIZE = 0x2_0000;

const PHOTON_SYSTEM = [
  { index: 1, address: 0x0802_0000, size: 0x4_0000 },
  { index: 2, address: 0x0806_0000, size: 0x4_0000 },
];

/** Every model by name. */
export const MODELS: Readonly<Record<ParticleModel, ModelFacts>> = {
  photon: {
    name: 'Photon',
    productId: 0xd006,
    platform: 6,
    system: PHOTON_SYSTEM,
    checksItself: { index: 2, since: 200 },
    user: 0x080a_0000,
    ota: 0x080c_0000,
    factory: 0x080e_0000,
    serialFlash: false,
  },
  p1: {
    name: 'P1',
    productId: 0xd008,
    platform: 8,
    system: PHOTON_SYSTEM,
    checksItself: { index: 2, since: 200 },
    user: 0x080a_0000,
    ota: 0x080c_0000,
    factory: 0x080e_0000,
    serialFlash: true,
  },
  electron: {
    name: 'Electron',
    productId: 0xd00a,
    platform: 10,
    system: [
      { index: 2, address: 0x0802_0000, size: 0x2_0000 },
      { index: 3, address: 0x0804_0000, size: 0x2_0000 },
      { index: 1, address: 0x0806_0000, size: 0x2_0000 },
    ],
    checksItself: null,
    user: 0x0808_0000,
    ota: 0x080c_0000,
    factory: 0x080a_0000,
    serialFlash: false,
  },
};
