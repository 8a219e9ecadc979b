import { describe, expect, it } from 'vitest';
import { NorFlash } from '../nor-flash.ts';
import { makeBootLoader } from './boot.ts';
import { buildAppImage } from './firmware/app-image.ts';
import { buildBootloaderImage } from './firmware/bootloader-image.ts';
import { buildOtadata } from './firmware/otadata.ts';
import { buildPartitionTable } from './firmware/partition-table.ts';
import { randomWords } from './firmware/random.ts';

// The flash size in its header admits rows past the end of the chip.
const bootloader = buildBootloaderImage({ flashMegabytes: 16 });
const app = buildAppImage({ project: 'tiny', version: '1.0', size: 1024, seed: 1 });
const ROWS = [
  { label: 'otadata', type: 1, subtype: 0, offset: 0x1e000, size: 0x2000 },
  { label: 'app0', type: 0, subtype: 0x10, offset: 0x20000, size: 0x10000 },
  { label: 'app1', type: 0, subtype: 0x11, offset: 0x30000, size: 0x10000 },
];

describe('a flash full of garbage', () => {
  it('ends every boot with a message, and violates no rule of the flash', () => {
    const ends = new Map<boolean, number>();
    for (let seed = 1; seed <= 300; seed++) {
      const next = randomWords(seed);
      const flash = new NorFlash(0x100000);
      const pieces = [
        [0x1000, bootloader.slice()],
        // Without an MD5 row, so that changed rows are accepted.
        [0x8000, buildPartitionTable(ROWS, { md5: false })],
        [0x1e000, buildOtadata({ seq: next() % 5 }, { seq: next() % 5, state: next() % 6 })],
        [0x20000, app.slice()],
        [0x30000, app.slice()],
      ] as const;
      const [, bytes] = pieces[next() % 4] ?? pieces[0];
      const reach = Math.min(bytes.length, seed % 2 === 0 ? 96 : bytes.length);
      for (let i = 0; i < 1 + (seed % 4); i++) bytes[next() % reach] = next() & 0xff;
      for (const [address, content] of pieces) flash.load(address, content);
      const { lines } = makeBootLoader({ rollback: seed % 3 === 0 })(flash);
      expect(lines.length).toBeGreaterThan(3);
      expect(flash.violations).toEqual([]);
      const loaded = lines.some((line) => line.text.includes('Loaded app'));
      ends.set(loaded, (ends.get(loaded) ?? 0) + 1);
    }
    expect([...ends.values()].every((count) => count > 20)).toBe(true);
    expect(ends.size).toBe(2);
  });
});
