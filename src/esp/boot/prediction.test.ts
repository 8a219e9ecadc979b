import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAppImage } from '../../formats/app-image.ts';
import { viewOf } from '../../formats/binary.ts';
import { HASHES } from '../../formats/hashes.ts';
import { patched } from '../../testing/rules/case.ts';
import { BOOTLOADER, GOOD } from '../../testing/rules/images.ts';
import { recordCrc } from './otadata.ts';
import { holdsWholeApp, predictBoot, rowsCounted } from './prediction.ts';
import type { BootRow } from './prediction.ts';
import { cases } from '../../testing/cases.ts';
import { LONG } from '../../testing/long.ts';

type Pair = [Uint8Array, Uint8Array];

function row(name: string, type: number, subtype: number, offset: number, size = 0x10000): BootRow {
  return { name, type, subtype, offset, size };
}

const otadata = row('otadata', 1, 0, 0xe000, 0x2000);
const factory = row('factory', 0, 0, 0x10000);
const ota0 = row('ota_0', 0, 0x10, 0x20000);
const ota1 = row('ota_1', 0, 0x11, 0x30000);
const ota2 = row('ota_2', 0, 0x12, 0x40000);
const second = row('second', 0, 0, 0x60000);
const test = row('test', 0, 0x20, 0x50000);
const TWO = [otadata, ota0, ota1];
const ALL = [otadata, factory, ota0, ota1, ota2, test];

function record(seq: number, state = 0xffffffff, crc = recordCrc(seq)): Uint8Array {
  const data = new Uint8Array(32).fill(0xff);
  const view = viewOf(data);
  view.setUint32(0, seq, true);
  view.setUint32(24, state, true);
  view.setUint32(28, crc, true);
  return data;
}

const BLANK = new Uint8Array(32).fill(0xff);
const ERASED: Pair = [BLANK, BLANK];

function predict(rows: readonly BootRow[], data: Pair | null, broken: readonly BootRow[] = [], rollback = false) {
  return predictBoot({ rows, otadata: data, imageOk: (r) => !broken.includes(r), rollback });
}

describe('which partition boots, as observed with the real bootloader', () => {
  it.each<[string, Pair, BootRow]>([
    ['otadata erased', ERASED, ota0],
    ['seq 1', [record(1), BLANK], ota0],
    ['seq 1 and 2', [record(1), record(2)], ota1],
    ['seq 3 and 2', [record(3), record(2)], ota0],
    ['seq 2 ABORTED', [BLANK, record(2, 4)], ota0],
    ['seq 2 INVALID', [BLANK, record(2, 3)], ota0],
    ['seq 2 NEW', [record(1), record(2, 0)], ota1],
    ['seq 2 PENDING_VERIFY', [record(1), record(2, 1)], ota1],
  ])('two slots, %s', (_, data, boots) => {
    expect(predict(TWO, data).boots).toBe(boots);
  });
});

describe('which partition boots, by rule', () => {
  it.each<[string, readonly BootRow[], Pair | null, readonly BootRow[], BootRow | null]>([
    ['no otadata: factory', [factory, ota0], null, [], factory],
    ['no otadata and no factory: the first slot that loads', [ota0, ota1], null, [ota0], ota1],
    ['otadata at offset 0 is not there', [{ ...otadata, offset: 0 }, factory, ota0], [record(1), BLANK], [], factory],
    ['blank otadata: factory', ALL, ERASED, [], factory],
    ['no usable record, no factory: ota_0', TWO, [record(2, 3), record(1, 4)], [], ota0],
    ['wrong CRCs: factory', ALL, [record(2, 2, 0), record(3, 2, 0)], [], factory],
    ['wrong CRCs, no factory: slots in turn', TWO, [record(2, 2, 0), BLANK], [ota0], ota1],
    ['one wrong CRC: the other record', ALL, [record(2, 2, 0), record(1)], [], ota0],
    ['no slots at all: factory', [otadata, factory], [record(1), BLANK], [], factory],
    ['no slots, no factory: test', [otadata, test], [record(1), BLANK], [], test],
    ['(seq − 1) mod slots', ALL, [record(8), record(7)], [], ota1],
    ['a chosen slot that is broken: the one below', ALL, [record(3), BLANK], [ota2], ota1],
    ['then factory', ALL, [record(2), BLANK], [ota1, ota0], factory],
    ['then the slots above', ALL, [record(2), BLANK], [ota1, ota0, factory], ota2],
    ['then test', ALL, [record(2), BLANK], [ota1, ota0, factory, ota2], test],
    ['then nothing', ALL, [record(2), BLANK], ALL, null],
    ['a slot of size 0 is passed over', [otadata, { ...ota0, size: 0 }, ota1], [record(1), BLANK], [], ota1],
    ['a gap hides the slots behind it', [otadata, ota0, ota2], [record(2), BLANK], [ota0], null],
    ['the last of two rows of one kind', [factory, second], null, [], second],
  ])('%s', (_, rows, data, broken, boots) => {
    const prediction = predict(rows, data, broken);
    expect(prediction.boots).toBe(boots);
    expect(prediction.kind).toBe(boots === null ? 'nothing-boots' : 'boots');
  });

  it('gives the order and the reason', () => {
    const { order, fallbacks, why, active } = predict(ALL, [record(2), record(1)], [ota1]);
    expect(order.map((r) => r.name)).toEqual(['ota_1', 'ota_0', 'factory', 'ota_2', 'test']);
    expect(fallbacks.map((r) => r.name)).toEqual(['factory', 'ota_2', 'test']);
    expect(active).toBe(0);
    expect(why).toBe(
      'otadata entry 1 has the higher sequence number 2, which selects ota_1. ' +
        '“ota_1” does not hold a complete app, so “ota_0” is next.',
    );
  });

  it('says so if only one record is usable, or if there is no app', () => {
    expect(predict(TWO, [record(9, 4), record(2)]).why).toBe(
      'otadata entry 2 is the only valid one, with sequence number 2, which selects ota_1.',
    );
    expect(predict([otadata], ERASED).why).toBe('No partition holds an app.');
    expect(predict([], null)).toMatchObject({
      kind: 'nothing-boots',
      why: 'The partition table has no partitions, and therefore no app.',
    });
  });

  it('boots nothing from an otadata partition that is too small', () => {
    expect(predict([{ ...otadata, size: 0x1000 }, factory], ERASED)).toMatchObject({
      kind: 'nothing-boots',
      order: [],
    });
  });

  it('is unknown if otadata could not be read', () => {
    expect(predict(ALL, null)).toMatchObject({ kind: 'unknown', boots: null });
    expect(predict(ALL, [record(1), BLANK.subarray(1)])).toMatchObject({ kind: 'unknown', boots: null });
  });
});

describe('what the bootloader checks', () => {
  it('reads as many rows as there are without the MD5 row, so that a row after the MD5 row hides the last', () => {
    const at = (address: number): { readonly address: number } => ({ address });
    const whole = [at(0x8000), at(0x8020), at(0x8040)];
    expect(rowsCounted(whole, 0x8000)).toEqual(whole);
    expect(rowsCounted([at(0x8000), at(0x8040), at(0x8060)], 0x8000)).toEqual([at(0x8000), at(0x8040)]);
  });

  it("checks an app's hash, with or without a description, and its chip", () => {
    const starts = (data: Uint8Array, chip = 0): boolean =>
      holdsWholeApp(readAppImage(data, HASHES, { in: 'file', name: 'a' }), chip);
    expect(starts(GOOD)).toBe(true);
    expect(starts(GOOD, 9)).toBe(false);
    expect(starts(BOOTLOADER)).toBe(true);
    expect(starts(patched(BOOTLOADER, 3, 0x3f))).toBe(false);
    expect(starts(new Uint8Array(64))).toBe(false);
  });
});

describe('what the bootloader writes', () => {
  const write = (index: 0 | 1, seq: number, state: number) => ({ kind: 'writes-otadata', record: index, seq, state });

  it.each<[string, readonly BootRow[], Pair, readonly BootRow[], boolean, object[]]>([
    ['blank, no factory: seq 1, VALID', TWO, ERASED, [], false, [write(0, 1, 2)]],
    ['blank, no factory, ota_0 broken: seq 2', TWO, ERASED, [ota0], false, [write(0, 2, 2)]],
    ['blank, with factory: nothing', ALL, ERASED, [], false, []],
    ['usable: nothing', TWO, [record(1), BLANK], [], false, []],
    ['INVALID with right CRC: nothing', TWO, [record(1, 3), BLANK], [], false, []],
    ['INVALID with wrong CRC counts as blank', TWO, [record(1, 3, 0), BLANK], [], false, [write(0, 1, 2)]],
    ['blank, only test loads: nothing', [...TWO, test], ERASED, [ota0, ota1], false, []],
    ['NEW without rollback: nothing', TWO, [record(1, 0), BLANK], [], false, []],
    ['NEW with rollback: on trial', TWO, [record(1, 0), BLANK], [], true, [write(0, 1, 1)]],
    ['PENDING_VERIFY with rollback: aborted', TWO, [record(1), record(2, 1)], [], true, [write(1, 2, 4)]],
  ])('%s', (_, rows, data, broken, rollback, writes) => {
    expect(predict(rows, data, broken, rollback).writes).toEqual(writes);
  });

  it('an aborted trial boots the previous slot', () => {
    expect(predict(TWO, [record(1), record(2, 1)], [], true).boots).toBe(ota0);
  });
});

describe('any otadata and any table', () => {
  it('gives a consistent prediction', LONG, () => {
    const someRecord = fc.oneof(
      fc.constant(BLANK),
      fc.uint8Array({ minLength: 0, maxLength: 40 }),
      fc
        .tuple(
          fc.oneof(fc.nat(40), fc.constantFrom(0, 0xfffffffe, 0x80000000)),
          fc.constantFrom(0, 1, 2, 3, 4, 0xffffffff),
        )
        .map(([seq, state]) => record(seq, state)),
    );
    const someRow: fc.Arbitrary<BootRow> = fc.record({
      name: fc.constant('p'),
      type: fc.constantFrom(0, 0, 0, 1),
      subtype: fc.nat(0x21),
      offset: fc.nat(5).map((n) => n << 16),
      size: fc.constantFrom(0, 0x2000, 0x10000),
    });
    const facts = fc.record({
      rows: fc.array(someRow, { maxLength: 30 }),
      otadata: fc.tuple(someRecord, someRecord),
      imageOk: fc.func(fc.boolean()),
      rollback: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, (known) => {
        const { kind, boots, order, fallbacks, why } = predictBoot(known);
        expect(kind === 'boots').toBe(boots !== null);
        expect(new Set(order).size).toBe(order.length);
        const at = boots === null ? order.length : order.indexOf(boots);
        expect(fallbacks).toEqual(order.slice(at + 1));
        expect(why).not.toMatch(/undefined|NaN/);
      }),
      { numRuns: cases(1000) },
    );
  });
});
