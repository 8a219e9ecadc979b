import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuTimer, memoryMeter } from '../testing/cpu.ts';
import { SparseBytes } from './sparse-bytes.ts';
import { cases } from '../testing/cases.ts';
import { LONG } from '../testing/long.ts';

const LIMITS = { size: 0x10000, runs: 100 };
const shown = (bytes: SparseBytes, most = 100) => bytes.take(most)?.map(({ address, data }) => [address, ...data]);

describe('scattered bytes', () => {
  it('come out as runs in order, joined where they touch, across pages too', () => {
    const bytes = new SparseBytes(LIMITS);
    bytes.put(0x2000, Uint8Array.of(3));
    bytes.put(0x1ffe, Uint8Array.of(1, 2));
    bytes.put(0x10, Uint8Array.of(9));
    expect(bytes.size).toBe(4);
    expect(shown(bytes)).toEqual([
      [0x10, 9],
      [0x1ffe, 1, 2, 3],
    ]);
    expect([bytes.size, shown(bytes)]).toEqual([0, []]);
  });

  it('report where they differ from what is there', () => {
    const bytes = new SparseBytes(LIMITS);
    expect(bytes.put(0xffe, Uint8Array.of(1, 2, 3, 4))).toBeNull();
    expect(bytes.put(0xfff, Uint8Array.of(2, 3, 5))).toBe(0x1001);
    expect(bytes.put(0xfff, Uint8Array.of(2, 3, 4, 5))).toBeNull();
  });

  it('stay if they make more runs than wanted', () => {
    const bytes = new SparseBytes(LIMITS);
    for (const address of [0, 2, 4]) bytes.put(address, Uint8Array.of(1));
    expect(bytes.take(2)).toBeNull();
    expect(bytes.take(3)).toHaveLength(3);
  });

  it('take no more memory than the bytes that are used: one byte in each of a million pages is refused early', () => {
    const [spent, grown] = [cpuTimer(), memoryMeter()];
    const bytes = new SparseBytes({ size: 0x10000, runs: 4 });
    for (let page = 0; page < 1 << 20; page++) bytes.put(page * 0x1000, Uint8Array.of(1));
    expect([bytes.full, bytes.size, bytes.take(1 << 20)]).toEqual([true, 0x10 + 8, null]);
    expect(spent()).toBeLessThan(3000);
    expect(grown()).toBeLessThan(100);
  });

  it('are never refused early if they are within the limits, wherever the runs begin', () => {
    const bytes = new SparseBytes({ size: 0x4000, runs: 4 });
    for (const run of [0, 1, 2, 3]) bytes.put(run * 0x10000 + 0xfff, new Uint8Array(0x1000));
    expect(bytes.take(4)?.map(({ data }) => data.length)).toEqual([0x1000, 0x1000, 0x1000, 0x1000]);
  });

  it('come out as they were put, whatever the order', LONG, () => {
    const put = fc.tuple(fc.nat(0x2100), fc.integer({ min: 0, max: 0x1200 }));
    fc.assert(
      fc.property(fc.array(put, { maxLength: 8 }), (puts) => {
        const bytes = new SparseBytes(LIMITS);
        const held = new Map<number, number>();
        for (const [address, size] of puts) {
          const data = Uint8Array.from({ length: size }, (_, i) => (address + i) & 0xff);
          expect(bytes.put(address, data)).toBeNull();
          for (const [i, byte] of data.entries()) held.set(address + i, byte);
        }
        expect(bytes.size).toBe(held.size);
        const runs = bytes.take(100) ?? [];
        const out = new Map(
          runs.flatMap(({ address, data }) => Array.from(data, (byte, i) => [address + i, byte] as const)),
        );
        expect(out.size).toBe(held.size);
        expect([...held].every(([address, byte]) => out.get(address) === byte)).toBe(true);
        for (const [i, { address }] of runs.entries()) {
          const before = runs[i - 1];
          expect(before === undefined || before.address + before.data.length < address).toBe(true);
        }
      }),
      { numRuns: cases(50) },
    );
  });
});
