/** Sizes and addresses that the flash of every Espressif chip shares, in bytes. */

/** The erase unit: SPI_FLASH_SEC_SIZE (ESP-IDF, components/spi_flash). */
export const UNIT = 0x1000;
/** What the loaders erase at once where a range holds a whole one (esptool, `flash_set_parameters`: block_size). */
export const BLOCK = 0x10000;
/**
 * App partitions start at multiples of it, a page of the cache's MMU, and with secure boot v1 their sizes are multiples, too
 * (gen_esp32part.py, get_alignment_offset_for_type and get_alignment_size_for_type).
 */
export const APP_ALIGNMENT = 0x10000;
/** Default partition table address: ESP-IDF's CONFIG_PARTITION_TABLE_OFFSET. */
export const DEFAULT_TABLE = 0x8000;
/** What a partition table takes; the first partition starts after it (gen_esp32part.py, PARTITION_TABLE_SIZE). */
export const TABLE_SPACE = 0x1000;

/** The lowest offset of a partition behind a table at this address: what lies below is the bootloader's and the table's. */
export function firstOffset(tableAddress: number): number {
  return tableAddress + TABLE_SPACE;
}

/**
 * Every address that a moved partition table may have, in order. ESP-IDF takes any multiple of 4 KiB and sets no limit
 * (components/partition_table/Kconfig.projbuild, PARTITION_TABLE_OFFSET). It is moved to give the bootloader more room: no
 * bootloader that is verified needs a table above 0x12000 (docs/en/security/secure-boot-bootloader-size.rst), and the highest in a
 * published sdkconfig is 0x20000.
 */
export const MOVED_TABLES: readonly number[] = Array.from(
  { length: (0x20000 - DEFAULT_TABLE) / UNIT },
  (_, i) => DEFAULT_TABLE + (i + 1) * UNIT,
);
