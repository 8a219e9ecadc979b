import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FaultScript } from './script.ts';
import { describeFaults, faultScript } from './script.ts';
import type { LineStep, SerialFault } from './serial-faults.ts';
import { drawSerialFaults, FaultyLine } from './serial-faults.ts';

/** Steps in a compact notation: bytes as letters, chunks in brackets, waits and ends as words. */
function words(steps: readonly LineStep[]): string {
  return steps
    .map((step) => {
      if ('bytes' in step) return `[${String.fromCharCode(...step.bytes)}]`;
      return 'waitMs' in step ? `wait${step.waitMs}` : `vanish${step.vanish.backMs}`;
    })
    .join('');
}

const bytes = (text: string) => new TextEncoder().encode(text);

function sent(fault: SerialFault, ...chunks: readonly string[]): string {
  const line = new FaultyLine(faultScript(fault), 'in');
  return words(chunks.flatMap((chunk, i) => line.take(bytes(chunk), i * 10)));
}

describe('a byte meets its fault', () => {
  test.each<readonly [string, SerialFault, readonly string[], string]>([
    ['lost', { kind: 'lose', direction: 'in', at: 1, bytes: 2 }, ['abcd'], '[ad]'],
    ['lost over chunks', { kind: 'lose', direction: 'in', at: 3, bytes: 2 }, ['abcd', 'efg'], '[abc][fg]'],
    ['twice', { kind: 'double', direction: 'in', at: 1, bytes: 2 }, ['abcd'], '[abcbcd]'],
    ['twice over chunks', { kind: 'double', direction: 'in', at: 1, bytes: 2 }, ['ab', 'cd'], '[ab][cbcd]'],
    ['damaged', { kind: 'corrupt', direction: 'in', at: 2, bits: 0x20 }, ['abcd'], '[abCd]'],
    ['late', { kind: 'delay', direction: 'in', at: 2, ms: 7 }, ['abcd', 'e'], '[ab]wait7[cd][e]'],
    ['split', { kind: 'split', direction: 'in', at: 2 }, ['abcd'], '[ab][cd]'],
    ['stalled for a while', { kind: 'stall', direction: 'in', at: 1, ms: 15 }, ['ab', 'cd', 'ef'], '[a][ef]'],
    ['stalled for good', { kind: 'stall', direction: 'in', at: 1, ms: null }, ['ab', 'cd', 'ef'], '[a]'],
    ['gone', { kind: 'vanish', direction: 'in', at: 3, backMs: 9 }, ['ab', 'cd', 'ef'], '[ab][c]vanish9[ef]'],
    ['not met', { kind: 'lose', direction: 'in', at: 9, bytes: 2 }, ['ab', 'cd'], '[ab][cd]'],
    ['of the other way', { kind: 'lose', direction: 'out', at: 1, bytes: 2 }, ['ab', 'cd'], '[ab][cd]'],
  ])('%s', (_, fault, chunks, expected) => {
    expect(sent(fault, ...chunks)).toBe(expected);
  });

  test('faults at the same byte all happen, in script order', () => {
    const script = faultScript<SerialFault>(
      { kind: 'delay', direction: 'out', at: 1, ms: 3 },
      { kind: 'corrupt', direction: 'out', at: 1, bits: 1 },
      { kind: 'double', direction: 'out', at: 1, bytes: 1 },
    );
    expect(words(new FaultyLine(script, 'out').take(bytes('abc'), 0))).toBe('[a]wait3[ccc]');
  });

  test('faults of bytes sent during a stall are lost with them', () => {
    const script = faultScript<SerialFault>(
      { kind: 'stall', direction: 'in', at: 0, ms: 5 },
      { kind: 'corrupt', direction: 'in', at: 1, bits: 1 },
      { kind: 'corrupt', direction: 'in', at: 3, bits: 1 },
    );
    const line = new FaultyLine(script, 'in');
    expect(words([...line.take(bytes('ab'), 0), ...line.take(bytes('cd'), 9)])).toBe('[ce]');
  });

  test('no more faults happen once it is cleared', () => {
    const line = new FaultyLine(faultScript({ kind: 'stall', direction: 'in', at: 0, ms: null }), 'in');
    expect(line.take(bytes('ab'), 0)).toEqual([]);
    line.clear();
    expect(words(line.take(bytes('cd'), 0))).toBe('[cd]');
    expect(line.sent).toBe(4);
  });
});

test('how bytes are split into chunks makes no difference', () => {
  const flow = (data: Uint8Array, script: FaultScript<SerialFault>, cuts: readonly number[]): (number | string)[] => {
    const line = new FaultyLine(script, 'in');
    const ends = [...cuts.map((cut) => cut % (data.length + 1)), 0, data.length].toSorted((a, b) => a - b);
    return ends
      .slice(1)
      .flatMap((end, i) => line.take(data.subarray(ends[i], end), 0))
      .flatMap<number | string>((step) =>
        'bytes' in step ? [...step.bytes] : 'waitMs' in step ? [step.waitMs + 256] : ['gone'],
      );
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.array(fc.nat(100)), fc.nat(), (data, cuts, seed) => {
      const script = drawSerialFaults(seed, { bytes: { in: 80, out: 0 }, count: 4 });
      // A port that vanishes takes the rest of its chunk with it: there the split does matter.
      const faults = script.faults.filter(({ kind }) => kind !== 'vanish');
      expect(flow(data, { seed, faults }, cuts)).toEqual(flow(data, { seed, faults }, []));
    }),
  );
});

test('the same seed always draws the same script, and another seed another one', () => {
  const drawn = (seed: number) => describeFaults(drawSerialFaults(seed, { bytes: { in: 5000, out: 5000 }, count: 2 }));
  expect(drawn(1)).toBe(drawn(1));
  expect(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(drawn)).size).toBe(10);
  expect(drawn(7)).toMatchInlineSnapshot(
    `"seed 7: double @924 direction in bytes 1; lose @3904 direction out bytes 256"`,
  );
});
