import { putText, viewOf } from './bytes.ts';
import { assembleImage } from './image.ts';
import { firmwareBytes } from './random.ts';

/** What to build; the codes are those of the image header. */
export interface BootloaderOptions {
  /** The flash size in MiB that the header claims: 1, 2, 4, 8 or 16. */
  readonly flashMegabytes: 1 | 2 | 4 | 8 | 16;
  /** SPI mode: 0 QIO, 1 QOUT, 2 DIO (the default), 3 DOUT. */
  readonly mode?: number;
  /** SPI frequency: 0 is 40 MHz (the default), 1 is 26 MHz, 2 is 20 MHz, 15 is 80 MHz. */
  readonly frequency?: number;
  readonly idf?: string;
  readonly compiled?: string;
  readonly seed?: number;
}

// As ESP-IDF 5 links an ESP32's second stage.
const SEGMENTS = [
  { load: 0x3fff0030, size: 6380 },
  { load: 0x40078000, size: 15948 },
  { load: 0x40080400, size: 4 },
  { load: 0x40080404, size: 3208 },
];

/**
 * An ESP32 second-stage image of our own, about 25 KB, to lie at 0x1000: no app description, but ESP-IDF's bootloader
 * description (`esp_bootloader_desc_t`), checksum and SHA-256 right.
 */
export function buildBootloaderImage(options: BootloaderOptions): Uint8Array {
  const seed = options.seed ?? 7;
  const segments = SEGMENTS.map(({ load, size }, index) => {
    const data = new Uint8Array(size);
    firmwareBytes(data, () => seed * 8 + index);
    if (index === 0) {
      data.fill(0, 0, 80);
      data[0] = 0x50;
      viewOf(data).setUint32(4, 1, true);
      putText(data, 8, 32, options.idf ?? 'v5.3.1');
      putText(data, 40, 24, options.compiled ?? 'Jan  5 2026 10:00:00');
    }
    return { load, data };
  });
  const codes = { mode: options.mode ?? 2, size: Math.log2(options.flashMegabytes), frequency: options.frequency ?? 0 };
  return assembleImage({ chipId: 0, entry: 0x4008064c, ...codes, minRev: 0, maxRev: 399 }, segments);
}
