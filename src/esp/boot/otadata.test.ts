import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, viewOf } from '../../formats/binary.ts';
import { romCrc32 } from '../../formats/crc32.ts';
import { activeRecord, nextOtadata, OTA_STATE, readRecord, recordCrc, slotOf } from './otadata.ts';

const UNWRITTEN = new Uint8Array(32).fill(0xff);

function record(seq: number, state = 0xffffffff, crc = recordCrc(seq)): Uint8Array {
  const data = UNWRITTEN.slice();
  const view = viewOf(data);
  view.setUint32(0, seq, true);
  view.setUint32(24, state, true);
  view.setUint32(28, crc, true);
  return data;
}

describe('CRC', () => {
  it('of sequence number 1 is the one on real boards', () => {
    expect(recordCrc(1)).toBe(0x4743989a);
  });

  it('differs from the usual CRC-32 in its start value', () => {
    expect(romCrc32(new Uint8Array(0))).toBe(0xffffffff);
    expect(romCrc32(new Uint8Array(ascii('123456789')))).toBe(0xd202d277);
  });
});

describe('readRecord', () => {
  it.each([
    ['a good one', record(1), [], 'Sequence number 1, state UNDEFINED (no trial is pending).'],
    ['state VALID', record(5, 2), [], 'Sequence number 5, state VALID (marked as working).'],
    ['state NEW', record(5, 0), [], 'Sequence number 5, state NEW (not started yet).'],
    ['state PENDING_VERIFY', record(5, 1), [], 'Sequence number 5, state PENDING_VERIFY (on trial).'],
    ['a state without a name', record(5, 77), [], 'Sequence number 5, state 0x4D (not defined by ESP-IDF).'],
    ['unwritten', UNWRITTEN, ['unwritten'], 'it is blank'],
    ['INVALID', record(5, 3), ['state-invalid'], 'INVALID'],
    ['ABORTED', record(5, 4), ['state-aborted'], 'ABORTED'],
    ['a wrong CRC', record(5, 2, 0), ['crc-wrong'], 'CRC is wrong'],
    ['INVALID with a wrong CRC', record(5, 3, 0), ['state-invalid', 'crc-wrong'], 'INVALID'],
    ['cut short', record(5).subarray(0, 31), ['cut-short'], 'read completely'],
    ['no bytes', new Uint8Array(0), ['cut-short'], 'read completely'],
  ])('%s', (_, data, defects, says) => {
    const read = readRecord(data);
    expect(read.defects).toEqual(defects);
    expect(read.usable).toBe(defects.length === 0);
    expect(read.says).toContain(says);
  });

  it('reads the label, with control characters replaced', () => {
    const data = record(1);
    data.set([...ascii('app\u0001'), 0], 4);
    expect(readRecord(data).label).toBe('app\uFFFD');
    expect(readRecord(record(1)).label).toBe('');
  });
});

describe('activeRecord', () => {
  it.each([
    ['the higher one', record(1), record(2), 1],
    ['the higher one', record(3), record(2), 0],
    ['the first of two equal ones', record(4), record(4), 0],
    ['the only usable one', record(9, 4), record(2), 1],
    ['none', record(9, 4), UNWRITTEN, null],
    ['unsigned numbers', record(0x80000000), record(0x7fffffff), 0],
  ])('%s', (_, a, b, active) => {
    expect(activeRecord([readRecord(a), readRecord(b)])).toBe(active);
  });
});

describe('slotOf', () => {
  it.each([
    [1, 2, 0],
    [2, 2, 1],
    [3, 2, 0],
    [7, 3, 0],
    [0, 2, 1],
  ])('sequence number %i of %i slots is slot %i', (seq, slots, slot) => {
    expect(slotOf(seq, slots)).toBe(slot);
  });
});

describe('nextOtadata', () => {
  it('writes nothing if the slot is already selected', () => {
    expect(nextOtadata({ otadata: [record(1), record(2)], slots: 2, slot: 1 })).toEqual({ kind: 'nothing', record: 1 });
  });

  it.each([
    ['blank', UNWRITTEN, UNWRITTEN, 0, 0, 1],
    ['blank', UNWRITTEN, UNWRITTEN, 1, 0, 2],
    ['the first counts', record(1), UNWRITTEN, 1, 1, 2],
    ['the second counts', record(1), record(2), 0, 0, 3],
    ['both unusable', record(8, 4), record(9, 3), 1, 0, 2],
    ['chosen, but on trial', record(1, 0), UNWRITTEN, 0, 1, 3],
    ['chosen, but being tried', record(1, 1), UNWRITTEN, 0, 1, 3],
  ])('%s: %#', (_, a, b, slot, index, seq) => {
    const next = nextOtadata({ otadata: [a, b], slots: 2, slot });
    expect(next).toEqual({ kind: 'write', record: index, seq, data: record(seq, OTA_STATE.undefined) });
  });

  it('throws a named failure if there is no such slot or no higher sequence number', () => {
    for (const slot of [2, -1, 0.5, Number.NaN]) {
      expect(() => nextOtadata({ otadata: [UNWRITTEN, UNWRITTEN], slots: 2, slot })).toThrow(
        expect.objectContaining({ name: 'otadata-slot-unknown' }),
      );
    }
    expect(() => nextOtadata({ otadata: [record(0xfffffffe), UNWRITTEN], slots: 2, slot: 0 })).toThrow(
      expect.objectContaining({ name: 'otadata-exhausted' }),
    );
  });

  it('always selects the slot, leaves the current record untouched, and has nothing to do the second time', () => {
    const any = fc.oneof(
      fc.tuple(fc.nat(1000), fc.constantFrom(0, 1, 2, 3, 4, 0xffffffff), fc.boolean()).map(([seq, state, right]) => {
        return record(seq, state, right ? recordCrc(seq) : 0);
      }),
      fc.constant(UNWRITTEN),
      fc.uint8Array({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(any, any, fc.integer({ min: 1, max: 16 }), fc.nat(15), (a, b, slots, n) => {
        const slot = n % slots;
        const before = activeRecord([readRecord(a), readRecord(b)]);
        const current = [a, b].map(readRecord)[before ?? 0];
        fc.pre(before === null || (current !== undefined && current.seq < 0xffffff00));
        const next = nextOtadata({ otadata: [a, b], slots, slot });
        if (next.kind === 'nothing') return;
        expect(next.record).not.toBe(before);
        const after: [Uint8Array, Uint8Array] = next.record === 0 ? [next.data, b] : [a, next.data];
        expect(activeRecord([readRecord(after[0]), readRecord(after[1])])).toBe(next.record);
        expect(slotOf(next.seq, slots)).toBe(slot);
        expect(nextOtadata({ otadata: after, slots, slot }).kind).toBe('nothing');
      }),
    );
  });
});
