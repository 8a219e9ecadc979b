/** Protocol features of each loader. */
import { expect, test } from 'vitest';
import { CHIPS } from '../../formats/chips/catalogue.ts';
import { dialectOf } from './dialect.ts';

const namesOf = (of: (chip: (typeof CHIPS)[number]) => boolean) => CHIPS.filter(of).map(({ name }) => name);

test('a ROM gets compressed blocks only if its code is known to write no more than it unpacks', () => {
  expect(namesOf((chip) => dialectOf(chip, 'rom', 'bridge').unpacks)).toEqual(['ESP32-C3', 'ESP32-S3']);
  expect(namesOf((chip) => dialectOf(chip, 'secure-download', 'bridge').unpacks)).toEqual([]);
  expect(namesOf((chip) => !dialectOf(chip, 'stub', 'bridge').unpacks)).toEqual([]);
});

test('a write begins with four words on the ESP32 and the ESP8266, and with five on all later chips', () => {
  expect(namesOf((chip) => dialectOf(chip, 'rom', 'bridge').beginWords === 4)).toEqual(['ESP8266', 'ESP32']);
});
