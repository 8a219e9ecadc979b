/** What keeps a board's content from being seen, and what of its flash is behind it. */
import type { Range } from '../../flash/map.ts';
import type { TableEntry } from '../partitions/table.ts';
import { DATA, TYPE_APP, TYPE_DATA } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import type { Security } from './security.ts';

/** Why nothing can be seen: the loader reads nothing at all, or what it reads is ciphertext. */
export type ReadBarrier = 'locked' | 'encrypted';

/** What keeps a board from being seen; null for a board whose flash can be read. */
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

/** Whether a chip starts only what is signed. */
export function checksSignatures({ secureBoot }: Security): boolean {
  return secureBoot === 'v1' || secureBoot === 'v2' || secureBoot === 'on';
}

/**
 * What a chip reads through its own key once flash encryption is on: the bootloader, the table, apps, the boot choice,
 * keys of settings, and what the table marks (ESP-IDF esp_partition, load_partitions; flash_encrypt.c).
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
