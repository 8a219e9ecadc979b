/** Two flashes compared: a board or a dump against a dump names exactly what differs, and reads a board by digests alone. */
import { describe, expect, it } from 'vitest';
import type { ComparisonView } from '../session/compare-flash.ts';
import { bytesSource } from '../session/sources.ts';
import type { AnySession } from '../testing/esp/world.ts';
import { openWorld } from '../testing/esp/world.ts';
import { dfuDump, espDump, imageSession, openedImage } from '../testing/flash-image.ts';

async function compared(session: AnySession, data: Uint8Array): Promise<ComparisonView> {
  await session.dispatch({ do: 'compare', file: bytesSource('other.bin', data) });
  const found = session.state.kind === 'connected' ? session.state.comparison : undefined;
  if (found === undefined) throw new Error(JSON.stringify(session.state).slice(0, 400));
  return found;
}

/** A dump with one byte changed in nvs, and two neighbouring erase units in app0. */
function changed(): Uint8Array {
  const dump = espDump('esp32-raft');
  dump[0x9010] = (dump[0x9010] ?? 0) ^ 1;
  dump.fill(0, 0x21ff0, 0x22010);
  return dump;
}

const DIFFERENT = [
  { name: 'nvs', differing: 1, different: [{ region: 'flash', address: 0x9000, size: 0x1000 }] },
  { name: 'app0', differing: 2, different: [{ region: 'flash', address: 0x21000, size: 0x2000 }] },
];

function differing(view: ComparisonView) {
  if ('failure' in view) throw new Error(view.failure.says);
  const { places, equal, different } = view.comparison;
  const found = places
    .filter((place) => place.differing > 0)
    .map(({ name, differing: units, different: ranges }) => ({
      name,
      differing: units,
      different: ranges,
    }));
  return { found, equal, different };
}

describe('a comparison', () => {
  it('of two dumps names the partitions and erase units that differ', async () => {
    const session = await imageSession(await openedImage(espDump('esp32-raft')));
    expect(differing(await compared(session, changed()))).toEqual({ found: DIFFERENT, equal: 1021, different: 3 });
    expect(differing(await compared(session, espDump('esp32-raft')))).toEqual({ found: [], equal: 1024, different: 0 });
    await session.dispatch({ do: 'compare', file: null });
    expect(session.state).not.toHaveProperty('comparison');
  });

  it('of a board with a dump says the same, and writes nothing', async () => {
    const world = openWorld('esp32-raft');
    await world.session.connect();
    const before = world.made.flash.totalErases;
    expect(differing(await compared(world.session, changed()))).toEqual({
      found: DIFFERENT,
      equal: 1021,
      different: 3,
    });
    expect(world.made.flash.totalErases).toBe(before);
    expect(world.session.state).toMatchObject({ work: { kind: 'idle' } });
  });

  it('with the flash of another chip is refused', async () => {
    const session = await imageSession(await openedImage(espDump('esp32-raft')));
    const view = await compared(session, espDump('esp32c3-raft'));
    expect(view).toMatchObject({ failure: { name: 'flash-image-other-chip' } });
  });

  it('of dumps of STM32s goes by their sectors', async () => {
    const session = await imageSession(await openedImage(dfuDump('stm32f405'), { board: 'f405' }));
    const other = dfuDump('stm32f405');
    other[0xe0001] = 1;
    const { found, different } = differing(await compared(session, other));
    expect(different).toBe(1);
    expect(found[0]?.different).toEqual([{ region: 'internal-flash', address: 0x080e0000, size: 0x20000 }]);
  });

  it('with a file that is no flash says why, and the board stays connected', async () => {
    const world = openWorld('esp32-raft');
    await world.session.connect();
    const view = await compared(world.session, new TextEncoder().encode('no flash '.repeat(99)));
    expect(view).toMatchObject({ file: 'other.bin', failure: { name: 'flash-image-too-short' } });
    expect(world.session.state).toMatchObject({ kind: 'connected', work: { kind: 'idle' } });
  });
});
