/** Checking what backups would bring back, over a board that is only bytes: how far it is, whatever becomes of each range. */
import { expect, test } from 'vitest';
import { makeCancel } from '../flash/failure.ts';
import type { KeptRange } from '../flash/repair-sources.ts';
import { DIGEST_SPAN } from '../flash/surroundings.ts';
import { md5Hex } from '../formats/hashes.ts';
import { memoryStore } from '../storage/memory-store.ts';
import { backUpDevice, flash, layout, SPANS } from '../testing/backup-beside.ts';
import { PlainTarget } from '../testing/plain-target.ts';
import { plainInspection } from '../testing/plain-world.ts';
import { FlashReader } from './contents/flash-reader.ts';
import { checkBackups } from './repair-sources.ts';

const ALL = { region: 'flash', address: 0, size: flash.length };
const FIRST = { ...ALL, size: 0x1000 };

/** Checks ranges of a backup against the board, which `change` has changed since; the progress is in bytes. */
async function checking(ranges: readonly KeptRange['range'][], change: (held: Uint8Array) => void, backup = 'whole') {
  const store = memoryStore();
  const target = new PlainTarget(flash.slice(), layout.map, md5Hex);
  const kept = await backUpDevice(store, target);
  change(target.flash);
  const seen: number[] = [];
  const cancel = makeCancel();
  const checked = await checkBackups(
    ranges.map((range) => ({ backup, range })),
    plainInspection(await target.identify(), layout),
    target,
    {
      store,
      backup: (id) => Promise.resolve(id === kept.id ? kept : null),
      md5: md5Hex,
      cancel,
      family: {},
      reader: new FlashReader(),
      onBytes: (done) => seen.push(done),
    },
  );
  return { seen, wrong: checked.map((each) => each.wrong) };
}

test('each span that is compared with the board is counted, and those of the ranges before it', async () => {
  const spans = Array.from({ length: SPANS }, (_, i) => FIRST.size + (i + 1) * DIGEST_SPAN);
  const { seen, wrong } = await checking([FIRST, ALL], () => undefined);
  // A range that has been checked is reported once more at its end.
  expect([...new Set(seen)]).toEqual([FIRST.size, ...spans]);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(wrong).toEqual(['It holds what is on the board now.', 'It holds what is on the board now.']);
});

test('a range that differs from the board early counts as checked whole', async () => {
  const { seen, wrong } = await checking([ALL, FIRST], (held) => held.fill(0, 0, 1));
  expect(seen).toEqual([ALL.size, ALL.size + FIRST.size]);
  expect(wrong).toEqual([null, null]);
});

test('so does a range of a backup that is gone', async () => {
  const { seen, wrong } = await checking([ALL, FIRST], () => undefined, 'gone');
  expect(seen).toEqual([ALL.size, ALL.size + FIRST.size]);
  expect(wrong).toEqual([]);
});
