/** A change of what starts, judged by the bootloader of the virtual boards: before, at every interruption, and afterwards. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BootChoice } from '../../flash/boot-choice.ts';
import { boardOf } from '../../testing/esp/placements.ts';
import { cases } from '../../testing/cases.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { bootDecision } from '../../virtual-boards/esp/boot.ts';
import { CHIPS } from '../../virtual-boards/esp/chips/index.ts';
import type { EspInspection } from '../board/inspection.ts';
import { changeFor, entriesOf, selectedBy } from './choose.ts';
import { selectionOf } from './selection.ts';
import { LONG } from '../../testing/long.ts';

const OTADATA = 0x1e000;
const UNIT = 0x1000;
const SLOT = 0x100000;

/** Slots at 0x20000, 0x120000 and 0x220000, or a factory app in place of the first. */
function rowsOf(slots: number, factory: boolean): TableRow[] {
  return [
    { label: 'otadata', type: 1, subtype: 0, offset: OTADATA, size: 0x2000 },
    ...Array.from({ length: slots }, (_, n) => {
      const subtype = factory ? (n === 0 ? 0 : 0x0f + n) : 0x10 + n;
      return { label: `app${n}`, type: 0, subtype, offset: 0x20000 + n * SLOT, size: SLOT };
    }),
  ];
}

const BASE = factoryFlash().snapshot();
const APP = buildAppImage({ project: 'demo', version: '1', seed: 1, size: 0x3000 });

function flashOf(rows: readonly TableRow[], otadata: Uint8Array, held: (slot: number) => boolean): Uint8Array {
  const flash = BASE.slice();
  flash.fill(0xff, 0x9000);
  flash.set(buildPartitionTable(rows), 0x8000);
  flash.set(otadata, OTADATA);
  for (const [n, { offset }] of rows.filter(({ type }) => type === 0).entries()) if (held(n)) flash.set(APP, offset);
  return flash;
}

function bootsOf(cells: Uint8Array): number | null {
  const flash = { size: cells.length, read: (at: number, size: number) => cells.subarray(at, at + size) };
  return bootDecision(flash, { chip: CHIPS.ESP32 }).booted;
}

/** The flash after each step of a change: each unit erased, half erased, then written. */
function steps(before: Uint8Array, change: ReturnType<typeof changeFor>): Uint8Array[] {
  if (change.kind === 'refused') return [];
  const states: Uint8Array[] = [];
  let now = before;
  for (const { index, data } of change.entries) {
    const at = OTADATA + index * UNIT;
    const half = now.slice();
    for (let i = at; i < at + UNIT; i += 2) half[i] = 0xff;
    const erased = now.slice().fill(0xff, at, at + UNIT);
    const written = erased.slice();
    if (data !== null) written.set(data, at);
    states.push(half, erased, written);
    now = written;
  }
  return states;
}

const record = fc.option(
  fc.record({
    seq: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(0xfffffffc)),
    state: fc.constantFrom(0, 1, 2, 3, 4, 0xffffffff),
    crc: fc.option(fc.constant(0x1234), { nil: undefined, freq: 5 }),
  }),
  { nil: null },
);

const plain = (each: { seq: number; state: number; crc?: number | undefined } | null) =>
  each === null ? null : { seq: each.seq, state: each.state, ...(each.crc !== undefined && { crc: each.crc }) };

async function everyChoice(board: EspInspection): Promise<readonly BootChoice[]> {
  return selectionOf(board)?.offers.map(({ choice }) => choice) ?? [];
}

describe('a change of what starts', () => {
  test(
    'starts what is chosen; interrupted at any moment, it starts what it did before or will after',
    LONG,
    async () => {
      const setup = fc.record({
        first: record,
        second: record,
        slots: fc.integer({ min: 1, max: 3 }),
        factory: fc.boolean(),
        held: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      });
      await fc.assert(
        fc.asyncProperty(setup, async ({ first, second, slots, factory, held }) => {
          const flash = flashOf(
            rowsOf(slots, factory),
            buildOtadata(plain(first), plain(second)),
            (n) => held[n] === true,
          );
          const board = await boardOf(flash);
          const before = bootsOf(flash);
          for (const choice of await everyChoice(board)) {
            const states = steps(flash, changeFor(choice, board));
            const after = bootsOf(states.at(-1) ?? flash);
            expect(after).toBe(choice.do === 'start' ? choice.range.address : after);
            for (const state of states) expect([before, after]).toContain(bootsOf(state));
          }
        }),
        { numRuns: cases(60) },
      );
    },
  );

  test('to select an app, the entry that counts is never written, whatever its state', async () => {
    for (const state of [0, 1, 2, 0xffffffff]) {
      const flash = flashOf(rowsOf(2, false), buildOtadata({ seq: 4 }, { seq: 5, state }), () => true);
      const board = await boardOf(flash);
      for (const choice of await everyChoice(board)) {
        if (choice.do === 'forget' || (choice.do === 'mark' && choice.as === 'invalid')) continue;
        const change = changeFor(choice, board);
        expect(change).toMatchObject({ kind: 'change', entries: [{ index: 0 }] });
      }
    }
  });
});

test('both entries are shown with their fields, which one counts and why', async () => {
  const flash = flashOf(rowsOf(2, false), buildOtadata({ seq: 1, state: 2 }, { seq: 2, state: 1 }), () => true);
  const selection = selectionOf(await boardOf(flash));
  expect(selection?.entries).toMatchObject([
    {
      name: 'Entry 1',
      selects: 'app0',
      counts: false,
      fields: [{ value: '1' }, { value: 'VALID (marked as working)' }, { value: '0x4743989A, correct' }],
      says: 'Not used: entry 2 has the higher sequence number.',
    },
    {
      name: 'Entry 2',
      selects: 'app1',
      counts: true,
      fields: [{ value: '2' }, { value: 'PENDING_VERIFY (on trial)' }, {}],
    },
  ]);
  expect(selection).not.toHaveProperty('lacks');
  expect(selection?.why).toBe('otadata entry 2 has the higher sequence number 2, which selects app1 (ota_1).');
  expect(selection?.offers.map(({ label }) => label)).toEqual([
    'Start app0',
    'Select app1 in otadata',
    'Mark entry 1 (app0) invalid',
    // It is entry 1 that is written.
    'Mark app1 valid in entry 1',
    'Mark entry 2 (app1) invalid',
    'Erase otadata',
  ]);
});

test('an entry that counts although its app does not start says what starts instead', async () => {
  const flash = flashOf(rowsOf(2, false), buildOtadata(null, { seq: 2 }), (slot) => slot === 0);
  const selection = selectionOf(await boardOf(flash));
  expect(selection?.entries[1]).toMatchObject({
    counts: true,
    says: 'Used: the other entry cannot be used. But app1 holds no app that starts: app0 starts instead.',
  });
  // The sentence stands above its button, too: “this” would mean nothing there.
  expect(selection?.offers.find(({ startsAlready }) => startsAlready)?.does).toBe(
    'app0 starts already. “Select app0 in otadata” writes a new entry that selects it.',
  );
  expect(selection?.lacks).toBe('app1 holds no app that could start.');
});

test.each([
  ['the first slot', false, ['Select app0 in otadata', 'Start app1', 'Erase otadata'], 'app0 (ota_0) first.'],
  ['a factory app', true, ['Start app1', 'Erase otadata'], 'the factory app is chosen.'],
] as const)('with unusable entries %s starts already, which is not offered again', async (_, factory, labels, then) => {
  const otadata = buildOtadata({ seq: 1, crc: 1 }, { seq: 2, crc: 1 });
  const board = await boardOf(flashOf(rowsOf(2, factory), otadata, () => true));
  expect(board.boot?.partition?.name).toBe('app0');
  // What follows says “If it does not load”: which slot that is must be named before.
  expect(board.boot?.says).toContain(`${then} If it does not load`);
  const offers = selectionOf(board)?.offers ?? [];
  expect(offers.filter(({ choice }) => choice.do !== 'mark').map(({ label }) => label)).toEqual(labels);
  expect(offers.flatMap(({ startsAlready, label }) => (startsAlready === true ? [label] : []))).toEqual(
    factory ? [] : ['Select app0 in otadata'],
  );
  expect(board.findings.find(({ kind }) => kind === 'otadata-unusable')?.repairs?.[0]?.label).toBe(
    factory ? 'Erase otadata' : 'Select app0 in otadata',
  );
});

test('an entry that cannot be used selects nothing, and says why', async () => {
  const flash = flashOf(rowsOf(2, false), buildOtadata({ seq: 7, crc: 1 }, null), () => true);
  const board = await boardOf(flash);
  const entries = entriesOf(board.esp);
  if (entries === null) throw new Error('no entries');
  expect(selectedBy(entries.records[0], entries)).toBeUndefined();
  expect(selectionOf(board)?.entries).toMatchObject([
    { selects: null, counts: false, says: 'The bootloader ignores this entry: its CRC is wrong.' },
    { selects: null, counts: false, says: 'Blank.' },
  ]);
});

test('what an offer does is said of the entries that there are', async () => {
  const doesOf = async (...entries: Parameters<typeof buildOtadata>) => {
    const selection = selectionOf(await boardOf(flashOf(rowsOf(2, false), buildOtadata(...entries), () => true)));
    return (label: string) => selection?.offers.find((offer) => offer.label === label)?.does;
  };
  const used = await doesOf({ seq: 1, state: 2 }, { seq: 2, state: 2 });
  expect(used('Start app0')).toBe(
    'Writes the other entry: with the next sequence number it selects app0. The entry that is used now stays.',
  );
  expect(used('Erase otadata')).toBe(
    'Erases both entries. Without any, the bootloader starts app0, the lowest OTA slot, or the next app if that does not load.',
  );
  // Nobody has tested the app: the entry only says so.
  const trial = await doesOf({ seq: 1, state: 1 }, { seq: 2, state: 1 });
  expect(trial('Mark entry 1 (app0) valid')).toBe(
    'Gives this entry the state VALID: its app counts as confirmed, although nothing tests it, and the bootloader does not roll it back.',
  );
  const blank = await doesOf(null, null);
  expect(blank('Start app1')).toBe('Writes an entry that selects app1.');
});
