/** A Photon, P1 or Electron: Particle's bootloader on USB, and the system and application after it. */
import type { UsbFunction } from '../usb-core.ts';
import { deviceDescriptor, dfuConfiguration } from '../usb-descriptors.ts';
import type { Descriptors } from '../usb.ts';
import type { Chip, Exits, BootReport } from './board.ts';
import { dctFlash } from './dct.ts';
import type { Faults } from './faults.ts';
import { loadParticleFactory, type ParticleFactory } from './firmware/particle-factory.ts';
import type { Life } from '../life.ts';
import { NOR_TIMES, programTime } from '../nor-flash.ts';
import { bootParticle } from './particle-boot.ts';
import { PARTICLE_TRANSFER, ParticleDfu } from './particle-dfu.ts';
import { internalFlash, serialFlash, type AlternateMemory } from './particle-memory.ts';
import { MODELS, type ModelFacts, type ParticleModel } from './particle-models.ts';
import { SectorFlash } from './sector-flash.ts';
import { stm32Flash } from './stm32-flash.ts';

/** What varies between Particle boards. */
export interface ParticleOptions {
  readonly model: ParticleModel;
  /** Old bootloaders report `00000000010C` on every unit, newer ones the device id. */
  readonly serial: string;
  /** The bootloader's version in BCD: 0x0200 with the old serial, 0x0250 in newer ones. */
  readonly deviceVersion: number;
  readonly factory?: ParticleFactory;
}

/** The chip, its memories, and its bootloader. */
export class ParticleChip implements Chip {
  readonly flash: SectorFlash = stm32Flash();
  readonly descriptors: Descriptors;
  readonly memories: readonly [SectorFlash, ...SectorFlash[]];
  private readonly media: readonly AlternateMemory[];
  private readonly facts: ModelFacts;

  constructor(options: ParticleOptions) {
    this.facts = MODELS[options.model];
    const own = [internalFlash(this.flash), dctFlash(this.flash)];
    if (this.facts.serialFlash) {
      const beside = new SectorFlash('serial flash', {
        start: 0,
        runs: [{ count: 256, size: 0x1000 }],
        // Those of a common serial flash: the chip in a P1 varies.
        eraseTime: () => NOR_TIMES.eraseSector,
        programTime,
        wordSize: 1,
      });
      this.memories = [this.flash, beside];
      this.media = [...own, serialFlash(beside)];
    } else {
      this.memories = [this.flash];
      this.media = own;
    }
    loadParticleFactory(this.flash, this.facts, options.factory);
    const { productId, name } = this.facts;
    // String 4 names the configuration, string 5 the interface, the rest the alternate settings (usbd_desc.c).
    const settings = this.media.map((medium) => medium.name);
    this.descriptors = {
      device: deviceDescriptor({
        usbVersion: 0x0200,
        vendorId: 0x2b04,
        productId,
        deviceVersion: options.deviceVersion,
      }),
      configuration: dfuConfiguration({
        names: settings.map((_, n) => 6 + n),
        configurationName: 2,
        transferSize: PARTICLE_TRANSFER,
      }),
      strings: ['', 'Particle', `${name} DFU Mode`, options.serial, 'DFU', 'DFU', ...settings],
    };
  }

  bootloader(life: Life, exits: Exits, faults: Faults): UsbFunction {
    return new ParticleDfu(this.media, life, exits, faults);
  }

  boot(_: number | null, life: Life): Promise<BootReport> {
    return bootParticle(this.flash, this.facts, life);
  }
}
