/** Test support: what a session notices by itself. Nothing of the app imports it. */
import type { RuleCase } from './rules.case.ts';
import { kindsOf } from './rules.case.ts';
import { drop, flash, makeWorld, togetherOf } from './session/plain-world.ts';

/** What is told after "Connect again", where this board answers. */
async function connectedAgain(mac: string): Promise<string[]> {
  const { session, world } = makeWorld();
  await session.connect();
  world.mac = mac;
  await session.dispatch({ do: 'reconnect' });
  return kindsOf(togetherOf(session).board.findings);
}

/** What is asked after a write was interrupted that had bytes to keep, where the board says who it is, or does not. */
async function askedAfterwards(mac: string | null): Promise<string[]> {
  const { session, world } = makeWorld();
  world.mac = mac;
  await session.connect();
  await drop(session, 4, 1, 2, 3);
  world.fault = (step) => {
    if (step === 'program') throw new Error('pulled');
  };
  await flash(session);
  world.fault = () => undefined;
  await session.dispatch({ do: 'reconnect' });
  const after = togetherOf(session).work;
  if (after.kind !== 'planned') throw new Error(JSON.stringify(after));
  return after.asks.map(({ kind }) => kind);
}

/** One case for each. */
export const SESSION_CASES: readonly RuleCase[] = [
  { kind: 'same-board', broken: () => askedAfterwards(null), mended: () => askedAfterwards('one') },
  { kind: 'another-board', broken: () => connectedAgain('two'), mended: () => connectedAgain('one') },
];
