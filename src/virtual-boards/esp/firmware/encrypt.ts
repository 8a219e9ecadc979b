import type { NorFlash } from '../../nor-flash.ts';
import type { Chip } from '../chips/chip.ts';
import type { FlashCipher } from '../flash-cipher.ts';
import type { TableRow } from './partition-table.ts';

const SECTOR = 0x1000;

/**
 * Encrypts a plain factory flash in place as ESP-IDF's bootloader does at its first start (flash_encrypt.c): its own
 * image, the table, otadata, each app that is there, and partitions with the flag; NVS and the rest stay plain.
 */
export function encryptFactory(
  flash: NorFlash,
  cipher: FlashCipher,
  { chip, table, rows }: { readonly chip: Chip; readonly table: number; readonly rows: readonly TableRow[] },
): void {
  const encrypt = (from: number, to: number): void => {
    for (let at = from; at < to; at += SECTOR) flash.load(at, cipher.encrypt(at, flash.read(at, SECTOR)));
  };
  const used = (from: number, to: number): number => {
    let end = to;
    while (end > from && flash.read(end - SECTOR, SECTOR).every((byte) => byte === 0xff)) end -= SECTOR;
    return end;
  };
  const { offset } = chip.bootloader;
  const ends = rows.map((row) => {
    const end = row.offset + row.size;
    if (row.type === 0) return used(row.offset, end);
    const whole = (row.type === 1 && row.subtype === 0) || ((row.flags ?? 0) & 1) === 1;
    return whole ? end : row.offset;
  });
  encrypt(offset, used(offset, table));
  encrypt(table, table + SECTOR);
  for (const [index, row] of rows.entries()) encrypt(row.offset, ends[index] ?? row.offset);
}
