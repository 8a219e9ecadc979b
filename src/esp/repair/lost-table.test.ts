/** A lost table is found again where the content gives it, and nothing wrong is called sure. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draw } from '../../virtual-boards/faults/random.ts';
import { cases } from '../../testing/cases.ts';
import type { Filled } from '../../testing/esp/filled-flash.ts';
import { drawnRows, filledFlash } from '../../testing/esp/filled-flash.ts';
import type { TableEntry } from '../partitions/table.ts';
import { templateRows, TEMPLATES } from '../partitions/templates.ts';
import { evidenceIn } from './evidence.ts';
import type { Candidate, FoundTable } from './lost-table.ts';
import { foundTable } from './lost-table.ts';
import { LONG } from '../../testing/long.ts';

const MIB = 1 << 20;
const FROM = 0x9000;

function templatesFor(flashSize: number): Candidate[] {
  return TEMPLATES.flatMap((template): Candidate[] => {
    const rows = templateRows(template, flashSize);
    return rows === null ? [] : [{ from: 'template', name: `the template “${template.name}”`, rows }];
  });
}

/** What is found, and the sentences that it breaks. */
function axeViolations(found: FoundTable | null, filled: readonly Filled[]): string[] {
  const rows = found?.rows ?? [];
  const place = ({ offset, size }: Pick<TableEntry, 'offset' | 'size'>) =>
    `0x${offset.toString(16)}+0x${size.toString(16)}`;
  const wrong = rows
    .filter(({ certainty }) => certainty === 'sure')
    .filter(({ row }) => !filled.some((own) => place(own.row) === place(row) && own.row.type === row.type))
    .map(({ row, why }) => `sure and wrong: ${row.name} ${place(row)}: ${why}`);
  const missed = filled.flatMap(({ row, content, gives }) => {
    const same = rows.filter((each) => each.row.type === row.type && each.row.offset === row.offset);
    if (gives === 'offset') return same.length > 0 ? [] : [`missed: ${row.name} (${content}) at ${place(row)}`];
    if (gives !== 'both') return [];
    return same.some((each) => each.row.size === row.size) ? [] : [`missed: ${row.name} (${content}) ${place(row)}`];
  });
  return [...wrong, ...missed];
}

async function judged(rows: readonly TableEntry[], flashSize: number, draw: Draw, candidates: readonly Candidate[]) {
  const { flash, filled } = await filledFlash(rows, flashSize, draw);
  const found = foundTable({ evidence: evidenceIn(flash, FROM, 'ESP32'), candidates, flashSize, from: FROM });
  return { found, filled, axeViolations: axeViolations(found, filled) };
}

describe('a lost table', () => {
  it('of a template is found again, and no wrong row is sure', LONG, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(TEMPLATES.length - 1),
        fc.constantFrom(4 * MIB, 8 * MIB),
        fc.nat(),
        async (i, size, seed) => {
          const template = TEMPLATES[i];
          const rows = template === undefined ? null : templateRows(template, size);
          if (rows === null) return;
          expect((await judged(rows, size, new Draw(seed), templatesFor(size))).axeViolations).toEqual([]);
        },
      ),
      { numRuns: cases(24) },
    );
  });

  it('that no template has is put together from the content alone', LONG, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const draw = new Draw(seed);
        const rows = drawnRows(4 * MIB, draw);
        expect((await judged(rows, 4 * MIB, draw, templatesFor(4 * MIB))).axeViolations).toEqual([]);
      }),
      { numRuns: cases(24) },
    );
  });

  it('that the bootloader printed is taken whole', async () => {
    const rows = drawnRows(4 * MIB, new Draw(5));
    const { found } = await judged(rows, 4 * MIB, new Draw(6), [
      ...templatesFor(4 * MIB),
      { from: 'log', name: 'the boot log', rows },
    ]);
    expect(found?.rows.map(({ row }) => row)).toEqual(rows);
    expect(found?.says).toContain('the boot log');
  });

  it('is not made up where nothing was ever written', () => {
    const evidence = evidenceIn(new Uint8Array(4 * MIB).fill(0xff), FROM, 'ESP32');
    expect(foundTable({ evidence, candidates: templatesFor(4 * MIB), flashSize: 4 * MIB, from: FROM })).toBeNull();
  });
});
