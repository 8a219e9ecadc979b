/**
 * Random boards get random layouts: what a partition holds is there afterwards, byte for byte, unless the plan asked to give it
 * up; nothing else is touched; and the board starts what was said, also in between. With `FUZZ=34` some 10,000 pairs.
 */
import { expect, test } from 'vitest';
import fc from 'fast-check';
import type { Arrangement } from '../../flash/arrangement.ts';
import { imageIn, isFinal, rankAt } from '../../flash/arrangement.ts';
import type { Fate } from '../../flash/fates.ts';
import { losesContent } from '../../flash/fates.ts';
import { overlaps } from '../../flash/map.ts';
import { sourceOf } from '../../flash/move.ts';
import type { Plan } from '../../flash/plan.ts';
import { readTable } from '../../esp/partitions/table.ts';
import { HASHES, md5Hex } from '../../formats/hashes.ts';
import { bootDecision } from '../../virtual-boards/esp/boot.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { flashAfter, mustPlan, inputFor } from '../flash.ts';
import { FLASH_SIZE, layoutPair } from '../esp/layout-pairs.ts';
import type { LayoutPair } from '../esp/layout-pairs.ts';
import { boardOf, named } from '../esp/placements.ts';
import { espFamily } from '../../esp/family.ts';

const UNIT = 0x1000;
const TABLE = 0x8000;
const RUNS = 300;

const counts = { pairs: 0, refused: 0, overlapping: 0, slots: 0 };

test('a changed layout loses nothing that was not given up, and starts what was said', async () => {
  const factor = Math.max(1, Number(process.env['FUZZ'] ?? 1));
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 0x7fffffff }), async (seed) => {
      await check(layoutPair(seed));
    }),
    { numRuns: RUNS * factor },
  );
  const share = (n: number) => `${((100 * n) / counts.pairs).toFixed(1)} %`;
  const { pairs, refused, overlapping, slots } = counts;
  process.stdout.write(
    `${pairs} changed layouts: ${share(refused)} refused or given up in part, ${share(overlapping)} with overlapping moves, ` +
      `${share(slots)} with another number of slots\n`,
  );
  expect(refused / pairs).toBeLessThan(0.2);
  expect(overlapping / pairs).toBeGreaterThanOrEqual(1 / 3);
  expect(slots / pairs).toBeGreaterThanOrEqual(1 / 4);
}, 600_000);

async function check({ flash, before, after }: LayoutPair): Promise<void> {
  const board = await boardOf(flash);
  const file = named('partitions.bin', buildPartitionTable(after));
  const arrangement = espFamily.arrange({ files: [{ file, choice: null }] }, board);
  counts.pairs++;
  const slots = (rows: LayoutPair['before']) =>
    rows.filter(({ type, subtype }) => type === 0 && subtype >= 0x10).length;
  if (slots(before) !== slots(after)) counts.slots++;
  const { moves = [], fates, refusals } = arrangement;
  if (moves.some((move) => moves.some((other) => overlaps(sourceOf(other), move)))) counts.overlapping++;
  const isStillThere = (fate: Fate) => after.some(({ label }) => label === fate.before?.name);
  if (refusals.some(isFinal) || fates.some((fate) => losesContent(fate) && isStillThere(fate))) counts.refused++;
  if (refusals.some(isFinal)) return;

  const image = imageIn(arrangement.content);
  const survey = inputFor(board.layout, [{ region: 'flash', address: 0, data: flash }], flash).survey;
  const rank = (range: Parameters<typeof rankAt>[1]) => rankAt(arrangement.ranks, range);
  const input = { layout: arrangement.layout, image, moves, promised: [], survey, md5: md5Hex, rank };
  const plan = mustPlan(input);
  const left = flashAfter(plan, input, flash);

  const place = { region: 'flash', address: TABLE };
  const table = readTable(left.subarray(TABLE, TABLE + UNIT), place, HASHES, { flashSize: FLASH_SIZE });
  expect(table.findings.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
  for (const fate of fates) expect(contentProblem(fate, flash, left)).toBeNull();
  expect(touchedOutside(flash, left, after)).toEqual([]);
  const said = arrangement.boot.expected?.address ?? null;
  expect({ said, starts: startOf(left) }).toEqual({ said, starts: said });
  // The board is started at every moment of a change; to do that for a third of them is enough.
  expect(counts.pairs % 3 === 0 ? gapsMissing(plan, arrangement, flash, left) : []).toEqual([]);
}

/** What is wrong with a partition's content afterwards; null if it is as its fate says. */
function contentProblem(fate: Fate, flash: Uint8Array, left: Uint8Array): string | null {
  if (fate.fate === 'new' || fate.fate === 'lost' || fate.fate === 'overwritten' || fate.blank) return null;
  const { before, after } = fate;
  const size = Math.min(before.size, after.size);
  const [old, now] = [
    flash.subarray(before.address, before.address + before.size),
    left.subarray(after.address, after.address + after.size),
  ];
  // The order of NVS pages is that of their numbers: all used ones have to be there, wherever.
  if (before.type === 'data, nvs')
    return pagesOf(old).join() === pagesOf(now).join() ? null : `${before.name}: pages differ`;
  if (before.role === 'boot-choice') return null;
  return Buffer.compare(old.subarray(0, size), now.subarray(0, size)) === 0
    ? null
    : `${before.name} ${fate.fate}: bytes differ`;
}

function pagesOf(bytes: Uint8Array): string[] {
  return Array.from({ length: bytes.length / UNIT }, (_, n) => bytes.subarray(n * UNIT, (n + 1) * UNIT))
    .filter((page) => page.some((byte) => byte !== 0xff))
    .map(md5Hex)
    .toSorted();
}

/** Units that changed although they are in no partition of the new layout, and are not the table's. */
function touchedOutside(flash: Uint8Array, left: Uint8Array, rows: LayoutPair['after']): number[] {
  const units = Array.from({ length: FLASH_SIZE / UNIT }, (_, n) => n * UNIT);
  return units.filter(
    (at) =>
      at !== TABLE &&
      !rows.some(({ offset, size }) => at >= offset && at < offset + size) &&
      Buffer.compare(flash.subarray(at, at + UNIT), left.subarray(at, at + UNIT)) !== 0,
  );
}

function startOf(cells: Uint8Array): number | null {
  const { booted, running } = bootDecision({ size: cells.length, read: (at, size) => cells.slice(at, at + size) });
  return running ? booted : null;
}

/** Moments at which nothing would start, or an app that is neither the old nor the new one, and that no gap names. */
function gapsMissing(plan: Plan, { gaps = [] }: Arrangement, flash: Uint8Array, left: Uint8Array): string[] {
  const cells = flash.slice();
  const appAt = (bytes: Uint8Array, at: number | null) => (at === null ? null : md5Hex(bytes.subarray(at, at + UNIT)));
  const usual = [appAt(flash, startOf(flash)), appAt(left, startOf(left))];
  const missing: string[] = [];
  for (const [i, { address, size, rank }] of plan.stretches.entries()) {
    const named = gaps.some((gap) => gap.rank === rank);
    const look = (when: string) => {
      const starts = appAt(cells, startOf(cells));
      if (!named && !usual.includes(starts)) missing.push(`${when} stretch ${i} of rank ${rank}`);
    };
    // Half-written units hold anything; zeros are the least like anything.
    cells.fill(0, address, address + size);
    look('during');
    cells.set(left.subarray(address, address + size), address);
    const next = plan.stretches[i + 1];
    if (next?.rank === rank) look('after');
  }
  return missing;
}
