/** The target of a flash image of an Espressif chip. */
import type { Security } from '../esp/board/security.ts';
import type { EspDevice } from '../esp/loader/device.ts';
import { REGION } from '../esp/loader/target.ts';
import { UNIT } from '../esp/partitions/layout.ts';
import { regionOf, regionSize } from '../flash/map.ts';
import type { Tuned } from '../flash/target.ts';
import { ImageFlash } from './image-flash.ts';
import { ImageTarget } from './image-target.ts';

/** What a file says of the eFuses of its chip: nothing. */
const NOT_IN_A_FILE: Security = {
  encryption: { on: 'unknown', count: null, manual: 'unknown' },
  secureBoot: 'unknown',
  download: 'open',
  jtag: 'unknown',
  keys: null,
};

/** The flash of an Espressif chip, of `size` bytes, whose first bytes are those of a file; the rest is erased. */
export function espFlash(data: Uint8Array, size: number): ImageFlash {
  const runs = [{ count: size / UNIT, size: UNIT }];
  const access = { read: true, erase: true, write: true };
  const region = { id: REGION, name: 'SPI flash', start: 0, runs, access };
  return new ImageFlash({ regions: [region] }, [{ region: REGION, address: 0, data }], () => null);
}

/** An Espressif board, as far as an image of its flash is one: no loader, no port, no eFuses. */
export class EspImage extends ImageTarget implements EspDevice {
  readonly mode = 'file';
  readonly connection = null;
  readonly withoutStub = null;
  readonly security = NOT_IN_A_FILE;

  get flashSize(): number {
    return regionSize(regionOf(this.parts.flash.map, REGION));
  }

  /** There is no link to tune. */
  tune(): Promise<Tuned> {
    return Promise.resolve('in-force');
  }
}
