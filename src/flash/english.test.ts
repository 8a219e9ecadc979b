/** Sentences built from values: a sentence within another one. */
import { expect, test } from 'vitest';
import { briefList, inPhrase, opening } from './english.ts';

test.each([
  ['An image for the ESP8266.', 'an image for the ESP8266'],
  ['Settings (NVS): 5 entries in 1 page.', 'settings (NVS): 5 entries in 1 page'],
  ['Blank (erased) throughout.', 'blank (erased) throughout'],
  ['NVS encryption keys.', 'NVS encryption keys'],
  ['A LittleFS file system.', 'a LittleFS file system'],
  ['The app a.b 1.5 for the ESP32.', 'the app a.b 1.5 for the ESP32'],
  ['Entry 1 is used: CRC correct. Entry 2 is not: it is blank.', 'entry 1 is used: CRC correct'],
])('“%s” within a sentence is “%s”', (sentence, phrase) => {
  expect(inPhrase(sentence)).toBe(phrase);
});

test.each([
  ['the whole flash', 'The whole flash'],
  ['bootloader', 'Bootloader'],
  ['partition table and app0', 'Partition table and app0'],
  ['app1', 'app1'],
  ['bootloader, and app0', 'Bootloader, and app0'],
  ['an app in app0', 'An app in app0'],
  ['bootloader2', 'bootloader2'],
  ['bootloader-b', 'bootloader-b'],
])(
  'at the beginning of a sentence, our own words get a capital letter, and a name stays as it is: %s',
  (words, says) => {
    expect(opening(words)).toBe(says);
  },
);

test('many names are counted, but not a single one', () => {
  expect(briefList(['a', 'b', 'c', 'd'])).toBe('a, b, c and d');
  expect(briefList(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
});
