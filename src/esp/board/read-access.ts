/** Whether a board's flash can be read, and which of its ranges flash encryption covers. */
import type { Range } from '../../flash/map.ts';
import type { TableEntry } from '../partitions/table.ts';
import { DATA, TYPE_APP, TYPE_DATA } from '../partitions/types.ts';
import type { FlashAccess } from '../loader/device.ts';
import { REGION } from '../loader/target.ts';
import type { Security } from './security.ts';

/** Why the content cannot be read: the loader does not read at all (`locked`), or it reads ciphertext (`encrypted`). */
export type ReadBarrier = 'locked' | 'encrypted';

/** Why a board's content cannot be read; null if it can. */
export function readBarrierOf({
  readable,
  security,
}: {
  readonly readable: boolean;
  readonly security: Security;
}): ReadBarrier | null {
  if (!readable) return 'locked';
  return security.encryption.on === true ? 'encrypted' : null;
}

/** Why it is not known whether flash that looks encrypted is: a clause. */
export function encryptionUnsure({ mode }: { readonly mode: FlashAccess }): string {
  return mode === 'file' ? 'a file does not say whether it is' : 'the chip does not report whether it is';
}

/** Whether the chip is known to start only signed software (secure boot v1, v2 or an unknown version). */
export function checksSignatures({ secureBoot }: Security): boolean {
  return secureBoot === 'v1' || secureBoot === 'v2' || secureBoot === 'on';
}

/**
 * The ranges that a chip decrypts once flash encryption is on, by address: bootloader, partition table, apps, otadata, NVS
 * keys, and partitions flagged encrypted (ESP-IDF esp_partition, load_partitions; flash_encrypt.c).
 */
export function cipheredRanges(rows: readonly TableEntry[], bootloader: number, table: Range): Range[] {
  const own = [{ region: REGION, address: bootloader, size: Math.max(0, table.address - bootloader) }, table];
  const marked = rows
    .filter((row) => row.encrypted || isAlwaysEncrypted(row))
    .map(({ offset, size }) => ({ region: REGION, address: offset, size }));
  return [...own, ...marked].filter(({ size }) => size > 0).toSorted((a, b) => a.address - b.address);
}

function isAlwaysEncrypted({ type, subtype }: TableEntry): boolean {
  return type === TYPE_APP || (type === TYPE_DATA && (subtype === DATA.ota || subtype === DATA.nvsKeys));
}
