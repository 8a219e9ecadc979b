/** A boot log is evidence of a fault only where it shows one. */
import { expect, test } from 'vitest';
import { readBootLog } from './log-evidence.ts';

const kindsIn = (reset: string) => {
  const { findings } = readBootLog(`${reset},boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n`.repeat(5));
  return findings.map(({ kind }) => kind);
};

test.each(['rst:0x5 (DEEPSLEEP_RESET)', 'rst:0x5 (DSLEEP)', 'rst:0x1 (POWERON)'])(
  'a board that starts five times by %s does not restart by itself',
  (reset) => {
    expect(kindsIn(reset)).toEqual([]);
  },
);

test('a board that starts five times by rst:0x3 restarts by itself', () => {
  expect(kindsIn('rst:0x3 (SW_RESET)')).toEqual(['log-boot-loop']);
});
