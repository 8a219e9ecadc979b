/** Whatever a table and its otadata hold, the boot selection is worked out without an error, and no choice leaves its entries. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cases } from '../../testing/cases.ts';
import { boardOf } from '../../testing/esp/placements.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { BootChoice } from '../../flash/boot-choice.ts';
import { arrangeEsp } from '../arrange/arrange.ts';
import { imageIn } from '../../flash/arrangement.ts';

const FLASH = factoryFlash().snapshot();

const row = fc.record({
  label: fc.constantFrom('a', 'b', 'otadata'),
  type: fc.constantFrom(0, 1),
  subtype: fc.constantFrom(0, 2, 0x10, 0x11, 0x12, 0x20),
  offset: fc.constantFrom(0x9000, 0x1e000, 0x20000, 0x1d0000, 0x3ff000, 0x7ff000),
  size: fc.constantFrom(0, 0x1000, 0x2000, 0x1b0000),
});

const choice: fc.Arbitrary<BootChoice> = fc.oneof(
  fc.record({
    do: fc.constant('start' as const),
    range: fc.record({
      region: fc.constant('flash'),
      address: fc.constantFrom(0, 0x20000, 0x1d0000, 0x3ff000),
      size: fc.constantFrom(0, 0x1000, 0x1b0000),
    }),
  }),
  fc.record({
    do: fc.constant('mark' as const),
    entry: fc.constantFrom(-1, 0, 1, 7),
    as: fc.constantFrom('valid' as const, 'invalid' as const),
  }),
  fc.constant({ do: 'forget' as const }),
);

test('a hostile table and hostile entries', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 6 }),
      fc.uint8Array({ maxLength: 32 }),
      choice,
      async (rows, bytes, boot) => {
        const flash = FLASH.slice();
        flash.set(buildPartitionTable(rows), 0x8000);
        for (const { subtype, offset } of rows) if (subtype === 0 && offset < flash.length) flash.set(bytes, offset);
        const board = await boardOf(flash);
        const { content, refusals } = arrangeEsp({ files: [], boot }, board);
        const place = board.selection?.place;
        for (const { address, data } of imageIn(content)) {
          expect(address).toBeGreaterThanOrEqual(place?.address ?? Infinity);
          expect(address + data.length).toBeLessThanOrEqual((place?.address ?? 0) + 0x2000);
        }
        expect(imageIn(content).length + refusals.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: cases(150) },
  );
});
