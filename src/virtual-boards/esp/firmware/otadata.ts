import { romCrc32 } from '../../crc32.ts';
import { viewOf } from './bytes.ts';

/** The fields of one otadata record. */
export interface OtadataRecord {
  readonly seq: number;
  /** 0 NEW, 1 PENDING_VERIFY, 2 VALID, 3 INVALID, 4 ABORTED, 0xFFFFFFFF UNDEFINED (the default). */
  readonly state?: number;
  /** Overrides the right CRC. */
  readonly crc?: number;
}

/** Builds an otadata partition of 0x2000 bytes: a record at the start of each of its two sectors, or null for an erased one. */
export function buildOtadata(first: OtadataRecord | null, second: OtadataRecord | null): Uint8Array {
  const out = new Uint8Array(0x2000).fill(0xff);
  const view = viewOf(out);
  for (const [index, record] of [first, second].entries()) {
    if (record === null) continue;
    const at = index * 0x1000;
    view.setUint32(at, record.seq, true);
    view.setUint32(at + 24, record.state ?? 0xffffffff, true);
    view.setUint32(at + 28, record.crc ?? romCrc32(out.subarray(at, at + 4)), true);
  }
  return out;
}
