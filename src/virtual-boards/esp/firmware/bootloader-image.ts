import type { ImageChip } from './app-image.ts';
import { putText, viewOf } from './bytes.ts';
import { assembleImage } from './image.ts';
import { firmwareBytes } from './random.ts';

/** The second-stage image to build; codes as in the image header. */
export interface BootloaderOptions {
  /** The flash size in MiB that the header claims: 1, 2, 4, 8 or 16. */
  readonly flashMegabytes: 1 | 2 | 4 | 8 | 16;
  /** Default: an ESP32. */
  readonly chipId?: ImageChip;
  /** SPI mode: 0 QIO, 1 QOUT, 2 DIO (the default), 3 DOUT. */
  readonly mode?: number;
  /** SPI frequency: 0 is 40 MHz (the default of an ESP32), 1 is 26 MHz, 2 is 20 MHz, 15 is 80 MHz (of the others). */
  readonly frequency?: number;
  /** ESP-IDF version; default v5.3.1. Before version 5 an image has no description. */
  readonly idf?: string;
  readonly seed?: number;
}

interface Linked {
  readonly segments: readonly { readonly load: number; readonly size: number }[];
  readonly entry: number;
  readonly maxRev: number;
  /** The SPI frequency of ESP-IDF's default configuration, as a code. */
  readonly frequency: number;
}

// As ESP-IDF 5 links a second stage: from boot logs of real boards.
const LINKED: Readonly<Record<ImageChip, Linked>> = {
  0: {
    segments: [
      { load: 0x3fff0030, size: 6380 },
      { load: 0x40078000, size: 15948 },
      { load: 0x40080400, size: 4 },
      { load: 0x40080404, size: 3208 },
    ],
    entry: 0x4008064c,
    maxRev: 399,
    frequency: 0,
  },
  5: {
    segments: [
      { load: 0x3fcd5820, size: 0x1738 },
      { load: 0x403cc710, size: 0xae8 },
      { load: 0x403ce710, size: 0x2e38 },
    ],
    entry: 0x403cc71a,
    maxRev: 199,
    frequency: 15,
  },
  9: {
    segments: [
      { load: 0x3fce2820, size: 0x15c8 },
      { load: 0x403c8700, size: 0xce4 },
      { load: 0x403cb700, size: 0x2f98 },
    ],
    entry: 0x403c8918,
    maxRev: 99,
    frequency: 15,
  },
  13: {
    segments: [
      { load: 0x40875730, size: 0x16bc },
      { load: 0x4086c110, size: 0xdf4 },
      { load: 0x4086e610, size: 0x3078 },
    ],
    entry: 0x4086c11a,
    maxRev: 99,
    frequency: 15,
  },
};

/**
 * Builds a second-stage image of some 20 KB for the chip's bootloader offset: no app description, but ESP-IDF's bootloader
 * description (`esp_bootloader_desc_t`) if the version has one; checksum and SHA-256 are right.
 */
export function buildBootloaderImage(options: BootloaderOptions): Uint8Array {
  const seed = options.seed ?? 7;
  const linked = LINKED[options.chipId ?? 0];
  const segments = linked.segments.map(({ load, size }, index) => {
    const data = new Uint8Array(size);
    firmwareBytes(data, () => seed * 8 + index);
    if (index === 0) putVersion(data, options);
    return { load, data };
  });
  const { mode = 2, frequency = linked.frequency, chipId = 0 } = options;
  const codes = { mode, size: Math.log2(options.flashMegabytes), frequency };
  return assembleImage({ chipId, entry: linked.entry, ...codes, minRev: 0, maxRev: linked.maxRev }, segments);
}

/** Adds the ESP-IDF version and the compile time; before version 5 only the time of day, as in its logs. */
function putVersion(data: Uint8Array, { idf = 'v5.3.1' }: BootloaderOptions): void {
  data.fill(0, 0, 80);
  if (idf.startsWith('v4.')) {
    // In a real image two strings among others; here at a fixed place where the virtual bootloader finds them.
    putText(data, 32, 32, idf);
    putText(data, 64, 16, '10:00:00');
    return;
  }
  data[0] = 0x50;
  viewOf(data).setUint32(4, 1, true);
  putText(data, 8, 32, idf);
  putText(data, 40, 24, 'Jan  5 2026 10:00:00');
}
