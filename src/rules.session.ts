/** Test support: what a session notices by itself. Nothing of the app imports it. */
import type { RuleCase } from './rules.case.ts';
import { kindsOf } from './rules.case.ts';
import { makeWorld, togetherOf } from './session/plain-world.ts';

/** What is told after "Connect again", where this board answers. */
async function connectedAgain(mac: string): Promise<string[]> {
  const { session, world } = makeWorld();
  await session.connect();
  world.mac = mac;
  await session.dispatch({ do: 'reconnect' });
  return kindsOf(togetherOf(session).board.findings);
}

/** One case for each. */
export const SESSION_CASES: readonly RuleCase[] = [
  { kind: 'another-board', broken: () => connectedAgain('two'), mended: () => connectedAgain('one') },
];
