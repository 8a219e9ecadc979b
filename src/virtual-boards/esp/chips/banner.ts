import type { ResetCause, RomBanner } from './chip.ts';

/** The ROM's first lines after a reset, each without its line end; `into` is where it goes next. */
export function bannerLines(banner: RomBanner, cause: ResetCause, into: 'flash' | 'download'): string[] {
  const { bits, name } = banner[into];
  const lines = [...banner.head, `rst:${banner.causes[cause]},boot:0x${bits.toString(16)} (${name})`];
  if (cause === 'usb' && banner.savedPc !== null) lines.push(`Saved PC:0x${banner.savedPc.toString(16)}`);
  return lines;
}

/** How the ROMs after the ESP32's say that the second stage's checksum is wrong: both sums in two digits. */
export function checksumFailure(calculated: number, stored: number): string {
  const digits = (sum: number): string => `0x${sum.toString(16).padStart(2, '0')}`;
  return `Checksum failure. Calculated ${digits(calculated)} stored ${digits(stored)}`;
}
