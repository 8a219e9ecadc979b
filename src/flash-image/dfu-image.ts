/** The target of a dump of an STM32 or a Particle board. */
import type { Image } from '../flash/image.ts';
import { neverWritten } from '../dfu/protocol/memory-string.ts';
import type { DfuDevice } from '../dfu/protocol/device.ts';
import type { ImageParts } from './image-target.ts';
import { ImageTarget } from './image-target.ts';
import type { DumpBoard } from './dfu-boards.ts';
import { GLANCE } from './dfu-boards.ts';
import { ImageFlash } from './image-flash.ts';

/** The flash of a board with an STM32; what its file holds lies at the addresses of its memory. */
export function dfuFlash({ regions, memory }: DumpBoard, file: Image): ImageFlash {
  return new ImageFlash({ regions }, file, (region) => neverWritten(memory, region));
}

/** A board in DFU mode, as far as a dump of its flash is one. */
export class DfuImage extends ImageTarget implements DfuDevice {
  constructor(
    parts: ImageParts,
    private readonly board: DumpBoard,
  ) {
    super(parts);
  }

  get dfu(): DfuDevice['dfu'] {
    const { vendorId, productId, memory } = this.board;
    return {
      vendorId,
      productId,
      serial: null,
      settings: [{ number: 0, name: null, memory }],
      quirks: [],
      transferSize: GLANCE,
      commands: null,
      readProtected: false,
      unlockMs: null,
    };
  }
}
