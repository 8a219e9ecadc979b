/** Compares the chips' data with esptool-js's own, wherever that has the same fact. */
import { getStubJsonByChipName } from 'esptool-js';
import { ROM_LIST } from 'esptool-js/lib/targets/index.js';
import { describe, expect, it } from 'vitest';
import { bootloaderOffset, chipNamed, imageChip, imageChipId } from '../chip-ids.ts';
import { CHIPS } from './catalogue.ts';
import type { Field } from './chip.ts';

/** A number that esptool-js has under this name; undefined if it has none. */
function own(rom: object, name: string): number | undefined {
  const value: unknown = Reflect.get(rom, name);
  return typeof value === 'number' ? value : undefined;
}

/** A field as esptool-js writes it: a register and a mask. */
function masked({ register, bit, width }: Field): [number, number] {
  return [register, ((2 ** width - 1) << bit) >>> 0];
}

/** There is no bootloader of ESP-IDF on the ESP8266; esptool-js has 0 where it has no offset. */
const NO_BOOTLOADER = 'ESP8266';

describe.each(ROM_LIST.map((rom) => ({ name: rom.CHIP_NAME, rom })))('$name', ({ name, rom }) => {
  const chip = chipNamed(name);
  if (chip === undefined) throw new Error(`${name} is not in the catalogue`);

  it('has the id and the bootloader that esptool-js knows', () => {
    expect(chip.imageId).toBe(rom.IMAGE_CHIP_ID ?? null);
    expect(bootloaderOffset(name)).toBe(name === NO_BOOTLOADER ? null : rom.BOOTLOADER_FLASH_OFFSET);
    expect(imageChip(chip.imageId ?? -1)?.name).toBe(chip.imageId === null ? undefined : name);
    expect(imageChipId(name)).toBe(rom.IMAGE_CHIP_ID);
  });

  it('has its size codes', () => {
    const sizes = Object.fromEntries(chip.sizes.map((size) => [size.name, size.code << 4]));
    expect(sizes).toEqual(rom.FLASH_SIZES);
  });

  it('has a stub where one is bundled', async () => {
    expect(chip.stubFrom !== null).toBe((await getStubJsonByChipName(name, 0)) !== undefined);
  });

  it('has its security fuses where esptool-js has them', () => {
    const { security } = chip;
    const named = [
      [security?.encryptionCount, 'EFUSE_SPI_BOOT_CRYPT_CNT_REG', 'EFUSE_SPI_BOOT_CRYPT_CNT_MASK'],
      [security?.manualEncryptionOff, 'EFUSE_DIS_DOWNLOAD_MANUAL_ENCRYPT_REG', 'EFUSE_DIS_DOWNLOAD_MANUAL_ENCRYPT'],
      [security?.secureBootV2?.field, 'EFUSE_SECURE_BOOT_EN_REG', 'EFUSE_SECURE_BOOT_EN_MASK'],
    ] as const;
    // A fuse that esptool-js 0.7.0 does not read has no name there.
    const both = named.filter(([, , mask]) => own(rom, mask) !== undefined);
    expect(both.map(([field]) => field && masked(field))).toEqual(
      both.map(([, register, mask]) => [own(rom, register), (own(rom, mask) ?? 0) >>> 0]),
    );
  });

  it('has its key purposes where esptool-js has them', () => {
    const both = (chip.security?.keyPurposes ?? [])
      .map((field, block) => ({ field, name: `EFUSE_PURPOSE_KEY${block}` }))
      .filter(({ name: key }) => own(rom, `${key}_REG`) !== undefined);
    expect(both.map(({ field }) => [field.register, field.bit])).toEqual(
      both.map(({ name: key }) => [own(rom, `${key}_REG`), own(rom, `${key}_SHIFT`)]),
    );
  });

  it('names its key purposes as esptool-js does', () => {
    const theirs: unknown = Reflect.get(rom, 'KEY_PURPOSES') ?? chip.purposes;
    expect(chip.purposes).toEqual(theirs);
  });
});

describe('the catalogue', () => {
  it('has every chip that esptool-js knows, once', () => {
    expect(CHIPS.map((chip) => chip.name).toSorted()).toEqual(ROM_LIST.map((rom) => rom.CHIP_NAME).toSorted());
  });

  it('gives no UF2 family and no USB product to two chips, except the one that all share', () => {
    const families = CHIPS.map((chip) => chip.uf2Family).filter((family) => family !== null);
    expect(new Set(families).size).toBe(families.length);
    const products = CHIPS.flatMap((chip) => chip.usb).filter((usb) => usb.is === 'otg');
    expect(new Set(products.map((usb) => usb.product)).size).toBe(products.length);
  });

  it('has sources for every chip', () => {
    expect(CHIPS.filter((chip) => chip.sources.length === 0)).toEqual([]);
  });
});
