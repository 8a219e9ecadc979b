import { describe, expect, it } from 'vitest';
import { imageChip, imageChipId } from './chip-ids.ts';

describe('chip ids', () => {
  it.each([
    [0, 'ESP32'],
    [2, 'ESP32-S2'],
    [5, 'ESP32-C3'],
    [9, 'ESP32-S3'],
    [12, 'ESP32-C2'],
    [13, 'ESP32-C6'],
    [16, 'ESP32-H2'],
    [18, 'ESP32-P4'],
    [20, 'ESP32-C61'],
    [23, 'ESP32-C5'],
    [25, 'ESP32-H21'],
    [28, 'ESP32-H4'],
    [32, 'ESP32-S31'],
  ])('%i is %s', (id, name) => {
    expect(imageChip(id)?.name).toBe(name);
    expect(imageChipId(name)).toBe(id);
  });

  it.each([
    [0, 0xf, 80],
    [12, 0xf, 60],
    [16, 0xf, 48],
    [13, 0, 80],
  ])('chip %i runs its flash at frequency code %i = %i MHz', (id, code, mhz) => {
    expect(imageChip(id)?.frequencies[code]).toBe(mhz);
  });

  it('that do not exist give undefined', () => {
    expect([imageChip(999), imageChipId('ESP8266')]).toEqual([undefined, undefined]);
  });
});
