/** Vector tables: what is one, and which place a program was linked for. */
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../testing/dfu/programs.ts';
import { linkedPlace, readVectorTable, startsLikeProgram } from './vector-table.ts';

const START = 0x08000000;
const SECTORS = [START, 0x08004000, 0x08008000, 0x0800c000, 0x08010000, 0x08020000];

describe('a vector table', () => {
  test.each([
    ['RAM', 0x20020000, true],
    ['the CCM of an F4', 0x10010000, true],
    ['the AXI SRAM of an H7', 0x24080000, true],
    ['flash', 0x08004000, false],
    ['nowhere', 0xffffffff, false],
    ['an address that is not a multiple of 4', 0x2001fffe, false],
  ])('with a stack pointer to %s', (_, stack, inRam) => {
    const data = buildProgram({ stack });
    expect(readVectorTable(data)).toMatchObject({ stack, stackInRam: inRam });
    expect(startsLikeProgram(data)).toBe(inRam);
  });

  test.each([
    ['an even reset vector', buildProgram({ reset: 0x08000200 })],
    ['a reset vector in RAM', buildProgram({ reset: 0x20000201 })],
    ['7 bytes', buildProgram().slice(0, 7)],
  ])('is not in %s', (_, data) => expect(readVectorTable(data)).toBeNull());

  test('may end with the file', () => {
    expect(readVectorTable(buildProgram().slice(0, 8))?.handlers).toEqual([0x08000188]);
  });
});

describe('the place that a program was linked for', () => {
  const linked = (data: Uint8Array, places: readonly number[] = SECTORS) => linkedPlace(data, places, START);

  test.each([START, 0x08008000, 0x0800c000, 0x08010000, 0x08020000])('%i', (address) =>
    expect(linked(buildProgram({ linkedFor: address }))).toBe(address),
  );

  test('is the last one before its handlers if nothing else tells', () => {
    // 0x08004000 is possible as well: 20,000 bytes from there reach past the handlers.
    expect(linked(buildProgram({ linkedFor: 0x08008000 }))).toBe(0x08008000);
  });

  test('is recognised by its pointers where its handlers leave several', () => {
    const program = (linkedFor: number) =>
      buildProgram({ linkedFor, size: 100_000, reset: 0x08011001, pointers: [40_000, 60_000, 99_000, 99_900] });
    expect(linked(program(0x08008000))).toBe(0x08008000);
    expect(linked(program(0x0800c000))).toBe(0x0800c000);
    expect(linked(program(START))).toBe(START);
  });

  test('is none if no place holds all of its handlers', () => {
    expect(linked(buildProgram({ linkedFor: 0x08100000 }))).toBeNull();
    expect(linked(buildProgram({ reset: 0x08010001 }))).toBeNull();
    expect(linked(new Uint8Array(64))).toBeNull();
  });
});
