import { describe, expect, test } from 'vitest';
import { makeImage } from '../testing/rules/images.ts';
import type { AppDescription } from './app-header.ts';
import { readAppHeader } from './app-header.ts';
import { appName, appSays } from './words.ts';

const header = readAppHeader(makeImage());
if (header === null) throw new Error('no header');

const ARDUINO: AppDescription = {
  project: 'arduino-lib-builder',
  version: 'esp-idf: v4.4.4 38eeba213a',
  idf: 'v4.4.4',
  date: 'Mar  3 2023',
  time: '17:40:58',
  elfSha256: '0'.repeat(64),
  secureVersion: 0,
};

describe('an Arduino sketch, which is described by the libraries it links', () => {
  test.each([
    ['Blink.ino.bin', 'The Arduino sketch Blink for the ESP32, built with arduino-esp32 on ESP-IDF v4.4.4.'],
    [
      'build/WLED_0.14.4_ESP32.bin',
      'The Arduino sketch WLED_0.14.4_ESP32 for the ESP32, built with arduino-esp32 on ESP-IDF v4.4.4.',
    ],
    [undefined, 'An Arduino sketch for the ESP32, built with arduino-esp32 on ESP-IDF v4.4.4.'],
  ])('from %s', (file, says) => {
    expect(appSays(header, ARDUINO, file)).toBe(says);
  });

  test('is called that where it is replaced or stays', () => {
    expect(appName(ARDUINO)).toBe('an Arduino sketch');
  });
});

test.each([
  [
    { project: 'raft-demo', version: '1.5.0' },
    'raft-demo 1.5.0',
    'The app raft-demo 1.5.0 for the ESP32, made with ESP-IDF v4.4.4.',
  ],
  [{ project: 'raft-demo', version: '' }, 'raft-demo', 'The app raft-demo for the ESP32, made with ESP-IDF v4.4.4.'],
  [
    { project: '', version: '1' },
    'an app without a name',
    'An app without a name for the ESP32, made with ESP-IDF v4.4.4.',
  ],
  // Tools other than ESP-IDF need not fill in its version.
  [{ project: 'demo', version: '1.0', idf: '' }, 'demo 1.0', 'The app demo 1.0 for the ESP32.'],
])('an app named by %o', (names, name, says) => {
  expect(appName({ ...ARDUINO, ...names })).toBe(name);
  expect(appSays(header, { ...ARDUINO, ...names })).toBe(says);
});
