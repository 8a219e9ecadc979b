/** `esp_secure_cert` partitions as Espressif's configure_esp_secure_cert.py makes them. It shares no codec with the app. */
import { viewOf } from './bytes.ts';
import { romCrc32 } from '../../crc32.ts';

/** An entry: type and flags by number, and its bytes. */
export interface CertEntry {
  readonly type: number;
  readonly subtype?: number;
  readonly flags?: number;
  readonly data: Uint8Array;
}

/** A partition of `size` bytes with these entries from its start, erased behind them. */
export function buildSecureCert(entries: readonly CertEntry[], size = 0x2000): Uint8Array {
  const out = new Uint8Array(size).fill(0xff);
  const view = viewOf(out);
  let at = 0;
  for (const { type, subtype = 0, flags = 0, data } of entries) {
    const end = at + 12 + data.length + ((16 - (data.length % 16)) % 16);
    out.fill(0, at, end);
    view.setUint32(at, 0xba5eba11, true);
    out.set([flags, 0, 0, 0, type, subtype], at + 4);
    view.setUint16(at + 10, data.length, true);
    out.set(data, at + 12);
    // The library computes it with `esp_crc32_le(UINT32_MAX, …)`.
    view.setUint32(end, romCrc32(out.subarray(at, end)), true);
    at = end + 4;
  }
  return out;
}
