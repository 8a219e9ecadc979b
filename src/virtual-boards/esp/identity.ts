/** What distinguishes boards with the same chip. */
export interface Identity {
  /** Six bytes in hex, colon separated. */
  readonly mac: string;
  /** JEDEC id as RDID returns it, first byte lowest: 0x1640EF is a Winbond W25Q32 (EF 40 16). */
  readonly flashId: number;
  /** Silicon revision × 100: 300 is v3.0, 4 is v0.4. */
  readonly revision: number;
  /** Package as burnt in eFuse; on an ESP32 0 is D0WDQ6, 1 D0WD, 5 PICO-D4. */
  readonly package: number;
}

/** Parses a MAC into its six bytes; throws a `RangeError` for anything else. */
export function macBytes(mac: string): Uint8Array {
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) throw new RangeError(`"${mac}" is not a MAC`);
  return Uint8Array.from(mac.split(':'), (byte) => Number.parseInt(byte, 16));
}

/** How a board is protected; none in the catalogue has `encryption-release`, which tests ask `makeBoard` for. */
export type Protection = 'none' | 'secure-download' | 'encryption-development' | 'encryption-release';
