/** Problems that bytes on a board make false: what is read for it, and that a stop ends it. */
import { expect, test } from 'vitest';
import { makeCancel } from '../../flash/failure.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { layoutOf, mapOf, plainDigest } from '../../testing/flash.ts';
import { PlainTarget } from '../../testing/plain-target.ts';
import { plainFamily, plainInspection } from '../../testing/plain-world.ts';
import { disprovedOf } from './disproved.ts';

const SIZE = 0x30000;
const MAP = mapOf(SIZE);
const range = { region: 'flash', address: 0, size: SIZE };
const problem: Finding = {
  kind: 'image-hash-wrong',
  verdict: 'problem',
  place: { in: 'flash', range },
  values: {},
  says: 'The app is damaged.',
  restores: [range],
};
const app = { ...range, kind: 'app', says: 'an app' };

/** What is disproved by a partition that a check reads whole; it may be stopped while its first piece is read. */
async function check({ stops, forgives = false }: { readonly stops: boolean; readonly forgives?: boolean }) {
  const cancel = makeCancel();
  const reads: number[] = [];
  const target = new PlainTarget(new Uint8Array(SIZE), MAP, plainDigest, (step, { address }) => {
    if (step !== 'read') return;
    reads.push(address);
    if (stops) cancel.cancel();
  });
  const board: Inspection = { ...plainInspection(await target.identify(), layoutOf(MAP)), contents: [app] };
  const family = plainFamily({
    checkKept: async (_board, wanted, { bytesOf }) => {
      const read = bytesOf(wanted).read(0, SIZE);
      // A check may count what it cannot read as not checked.
      await (forgives ? read.catch(() => null) : read);
      return null;
    },
  });
  const work = { family, target, board, md5: plainDigest, cancel, foundCloser: [problem] };
  const disproved = disprovedOf(work, board, [range], () => undefined);
  return { reads, disproved: await disproved.catch((error: unknown) => error) };
}

test('what a check finds sound after a job is a problem no more', async () => {
  const { reads, disproved } = await check({ stops: false });
  expect(reads).toEqual([0, 0x10000, 0x20000]);
  expect(disproved).toEqual([problem]);
});

test.each([false, true])(
  'a stop ends it after the piece that is being read, and nothing is disproved',
  async (forgives) => {
    const { reads, disproved } = await check({ stops: true, forgives });
    expect(reads).toEqual([0]);
    expect(disproved).toMatchObject({ facts: { kind: 'stopped' } });
  },
);
