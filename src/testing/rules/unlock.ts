/** Test support: what a session says of a chip that was to be unlocked. Nothing of the app imports it. */
import type { DfuDevice } from '../../dfu/protocol/device.ts';
import { dfuFailure } from '../../dfu/failures.ts';
import type { DfuWorld } from '../dfu/world.ts';
import { openDfuWorld } from '../dfu/world.ts';
import type { RuleCase } from './case.ts';

/** What happens to a protected chip: before its unlocking (`begins`), and before it is connected again (`back`). */
interface Course {
  readonly begins?: (world: DfuWorld) => void;
  readonly back?: (world: DfuWorld) => void;
  readonly between?: (device: DfuDevice) => DfuDevice;
}

/** The kind of what became of unlocking, if anything is said of it. */
async function unlocked({ begins, back, between }: Course): Promise<string[]> {
  const world = openDfuWorld('stm32f405-protected', between);
  const { session } = world;
  await session.connect();
  begins?.(world);
  await session.dispatch({ do: 'unlock', words: 'erase the whole flash' });
  back?.(world);
  await session.connect(true);
  const { state } = session;
  return state.kind === 'connected' && state.unlocked !== undefined ? [state.unlocked.kind] : [];
}

/** The same with other words: nothing is erased. */
async function disagreed(): Promise<string[]> {
  const { session } = openDfuWorld('stm32f405-protected');
  await session.connect();
  await session.dispatch({ do: 'unlock', words: 'no' });
  await session.connect(true);
  return session.state.kind === 'connected' && session.state.unlocked !== undefined
    ? [session.state.unlocked.kind]
    : [];
}

/** A device that refuses to read a whole sector of 128 KiB, once it reads at all. */
function reticent(device: DfuDevice): DfuDevice {
  const read = device.read?.bind(device);
  if (read === undefined) return device;
  return Object.assign(device, {
    read: (...[range, watch]: Parameters<NonNullable<DfuDevice['read']>>) =>
      range.size === 0x20000
        ? Promise.reject(dfuFailure('dfu-stalled', { values: { command: 'read' } }))
        : read(range, watch),
  });
}

/** Every case of this part of the table. */
export const UNLOCK_CASES: readonly RuleCase[] = [
  { kind: 'chip-unlocked', broken: () => unlocked({}), mended: disagreed },
  {
    kind: 'unlock-unfinished',
    broken: () =>
      unlocked({
        begins: ({ clock, port }) => clock.at(3000, () => port.unplug()),
        back: ({ port }) => port.plug(),
      }),
    mended: () => unlocked({}),
  },
  {
    kind: 'unlock-not-blank',
    broken: () => unlocked({ back: ({ made }) => made.flash.load(0x080e0000, Uint8Array.of(0)) }),
    mended: () => unlocked({}),
  },
  { kind: 'unlock-unproved', broken: () => unlocked({ between: reticent }), mended: () => unlocked({}) },
];
