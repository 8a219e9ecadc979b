import { describe, expect, it } from 'vitest';
import {
  describeSubtype,
  isCustomType,
  isNamed,
  otaSlot,
  subtypeName,
  subtypeWord,
  subtypeNumber,
  typeName,
  typeNumber,
} from './types.ts';

describe('type and subtype names', () => {
  it.each([
    [0, 0x00, 'app', 'factory'],
    [0, 0x10, 'app', 'ota_0'],
    [0, 0x1f, 'app', 'ota_15'],
    [0, 0x20, 'app', 'test'],
    [0, 0x30, 'app', 'tee_0'],
    [0, 0x31, 'app', 'tee_1'],
    [1, 0x00, 'data', 'ota'],
    [1, 0x01, 'data', 'phy'],
    [1, 0x02, 'data', 'nvs'],
    [1, 0x03, 'data', 'coredump'],
    [1, 0x04, 'data', 'nvs_keys'],
    [1, 0x05, 'data', 'efuse'],
    [1, 0x06, 'data', 'undefined'],
    [1, 0x80, 'data', 'esphttpd'],
    [1, 0x81, 'data', 'fat'],
    [1, 0x82, 'data', 'spiffs'],
    [1, 0x83, 'data', 'littlefs'],
    [1, 0x90, 'data', 'tee_ota'],
    [2, 0x00, 'bootloader', 'primary'],
    [2, 0x01, 'bootloader', 'ota'],
    [2, 0x02, 'bootloader', 'recovery'],
    [3, 0x00, 'partition_table', 'primary'],
    [3, 0x01, 'partition_table', 'ota'],
  ])('%i, %i is %s, %s, both ways', (type, subtype, typeWord, subtypeWord) => {
    expect([typeName(type), subtypeName(type, subtype)]).toEqual([typeWord, subtypeWord]);
    expect([typeNumber(typeWord), subtypeNumber(type, subtypeWord)]).toEqual([type, subtype]);
    expect(isNamed(type, subtype)).toBe(true);
    expect(describeSubtype(type, subtype)).not.toContain('not name');
  });

  it('are hex numbers where ESP-IDF defines none', () => {
    expect([typeName(0x40), subtypeName(1, 0x99)]).toEqual(['0x40', '0x99']);
    expect([typeNumber('x'), subtypeNumber(0, 'nvs'), subtypeNumber(9, 'nvs')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(isNamed(1, 0x99)).toBe(false);
  });

  it('quote "undefined", which would look like a bug in a sentence', () => {
    expect([subtypeWord(1, 6), subtypeWord(1, 2)]).toEqual(['“undefined”', 'nvs']);
  });

  it('leave custom types to the project', () => {
    expect([0x3f, 0x40, 0xfe, 0xff].map(isCustomType)).toEqual([false, true, true, false]);
    expect(describeSubtype(0x40, 1)).toContain('own');
    expect(describeSubtype(0x20, 1)).toContain('0x20');
  });
});

describe('otaSlot', () => {
  it.each([
    [0, 0x10, 0],
    [0, 0x1f, 15],
    [0, 0x20, null],
    [0, 0x00, null],
    [1, 0x10, null],
  ])('type %i, subtype %i: %s', (type, subtype, slot) => {
    expect(otaSlot({ type, subtype })).toBe(slot);
  });
});
