import { describe, expect, test } from 'vitest';
import { isSameIdentity, isUnset } from './identity.ts';

describe('an unset identity', () => {
  test.each([
    ['no value', undefined],
    ['an empty version', ''],
    ['a blank serial number', '   '],
    ['an ELF hash of zeros', '0'.repeat(64)],
    ['an ELF hash of erased flash', 'ff'.repeat(32)],
    ['a MAC of zeros', '00:00:00:00:00:00'],
    ['a MAC of ones', 'FF-FF-FF-FF-FF-FF'],
    ['a build id of zeros', '0x00000000'],
    ['the serial number of ST’s DFU examples', '00000000010C'],
  ])('%s equals nothing', (_, value) => {
    expect(isUnset(value)).toBe(true);
    expect(isSameIdentity(value, value)).toBe(false);
  });

  test.each(['24:6f:28:ab:cd:ef', '1.0', 'fade', '0x10', 'f', '3056356D3133'])('%s is one', (value) => {
    expect(isUnset(value)).toBe(false);
    expect(isSameIdentity(value, value)).toBe(true);
    expect(isSameIdentity(value, `${value}1`)).toBe(false);
  });
});
