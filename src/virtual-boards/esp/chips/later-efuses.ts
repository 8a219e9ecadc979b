/** The eFuses of chips later than the ESP32-S2, which share one layout except for the silicon version. */
import type { Fuses } from '../fuses.ts';
import { macBytes, type Identity } from '../fuses.ts';

/** Offset from the controller's base to the first word modelled here, in bytes: BLOCK0's write protection. */
export const LATER_EFUSES_AT = 0x2c;

/** The chip-specific bits in the words of BLOCK1. */
export interface VersionBits {
  readonly word3: number;
  readonly word5: number;
  /** The upper half of the second word: an extension of the MAC on chips with IEEE 802.15.4. */
  readonly macExtension: number;
}

/**
 * BLOCK0 and BLOCK1 as read (ESP-IDF, components/efuse/<chip>/esp_efuse_table.csv; esptool, targets/<chip>.py):
 * write protection, five words of security settings, six words with the MAC and the version.
 */
export function laterEfuses(identity: Identity, fuses: Fuses, version: VersionBits): number[] {
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0] = macBytes(identity.mac);
  return [
    0,
    0,
    0,
    0,
    fuses.secureDownload ? 1 << 5 : 0,
    0,
    (m2 << 24) | (m3 << 16) | (m4 << 8) | m5,
    (version.macExtension << 16) | (m0 << 8) | m1,
    0,
    version.word3,
    0,
    version.word5,
  ];
}
