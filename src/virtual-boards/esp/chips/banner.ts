import type { ResetCause, RomBanner } from './chip.ts';

/** The ROM's first lines after a reset, each without its line ending; `into` is what it enters next. */
export function bannerLines(banner: RomBanner, cause: ResetCause, into: 'flash' | 'download'): string[] {
  const { bits, name } = banner[into];
  const lines = [...banner.head, `rst:${banner.causes[cause]},boot:0x${bits.toString(16)} (${name})`];
  if (cause === 'usb' && banner.savedPc !== null) lines.push(`Saved PC:0x${banner.savedPc.toString(16)}`);
  return lines;
}

/** What ROMs later than the ESP32's print for a wrong checksum of the second stage: both sums in two hex digits. */
export function checksumFailure(calculated: number, stored: number): string {
  const digits = (sum: number): string => `0x${sum.toString(16).padStart(2, '0')}`;
  return `Checksum failure. Calculated ${digits(calculated)} stored ${digits(stored)}`;
}
