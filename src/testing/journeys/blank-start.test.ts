/** Of what is found blank at its start, it is known how much of it was read, for the map and for what is said beside it. */
import { expect, test } from 'vitest';
import type { Content } from '../../flash/family.ts';
import { VIRTUAL_BOARDS } from '../../virtual-boards/virtual-boards.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { openWorld } from '../esp/world.ts';
import { byLength } from '../long.ts';
import { connectedOf } from '../plain-world.ts';

const isBlank = ({ kind, gap }: Content) => kind === 'blank' || gap?.holds === 'blank';

/** What contradicts itself among the blank contents: the sentence says that a part was read, and the data that all was, or none of it. */
function contradictions(contents: readonly Content[]): readonly string[] {
  return contents.filter(isBlank).flatMap(({ says, size, blankIn }) => {
    const isPart = /in its first|at their start/.test(says);
    const parts = blankIn ?? [];
    const read = parts.reduce((sum, part) => sum + part.size, 0);
    const isInside = parts.every((part) => part.from >= 0 && part.from + part.size <= size);
    return isPart === (blankIn !== undefined) && isInside && read < size ? [] : [says];
  });
}

for (const [options, boards] of byLength(VIRTUAL_BOARDS, ({ id }) => id === 'esp32-raft'))
  test.each(boards)('on the $name', options, async ({ id }) => {
    const { session } = openWorld(id);
    await session.connect();
    expect(contradictions(connectedOf(session).board.contents)).toEqual([]);
  });

for (const [options, ids] of byLength(['photon', 'p1', 'electron', 'stm32f405'], (id) => id === 'stm32f405'))
  test.each(ids)('on a %s', options, async (id) => {
    const { session } = openDfuWorld(id);
    await session.connect();
    expect(contradictions(connectedOf(session).board.contents)).toEqual([]);
  });

test('of a slot its first erase unit was read, of sectors side by side the start of each', async () => {
  const esp = openWorld('esp32-raft');
  await esp.session.connect();
  const slot = connectedOf(esp.session).board.contents.find(({ address }) => address === 0x1d0000);
  expect(slot).toMatchObject({ kind: 'blank', blankIn: [{ from: 0, size: 0x1000 }] });
  const stm32 = openDfuWorld('stm32f405');
  await stm32.session.connect();
  const sectors = connectedOf(stm32.session).board.contents.find(
    ({ kind, size }) => kind === 'blank' && size > 0x20000,
  );
  expect(sectors?.blankIn?.map(({ from }) => from)).toEqual([0, 1, 2, 3, 4, 5].map((i) => i * 0x20000));
});
