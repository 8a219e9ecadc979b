/** Runs on a board that is only bytes, with a store that fails or a device that disappears, then a freshly opened page. */
import type { Clock } from '../../virtual-boards/clock.ts';
import type { Draw } from '../../virtual-boards/faults/random.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { isEqualBytes } from '../bytes.ts';
import { killable } from '../killable-store.ts';
import type { FaultRun } from '../fault-runs.ts';
import type { StoreFault } from './faulty-store.ts';
import { drawStoreFault, faultyStore } from './faulty-store.ts';
import type { Page } from './page.ts';
import { agree, dropFiles, describeState, workIn } from './page.ts';
import { openPlain, plainFactory } from './plain-pages.ts';

/** How long a job may take, in ms of the board's time. */
const PATIENCE_MS = 60_000;
/** Approximate number of device steps and store changes in such a job. */
const STEPS = 14;
const CHANGES = 14;

/** One run: bytes are written while the drawn faults happen; then the same again without faults. */
export async function runPlain(draw: Draw, clock: Clock): Promise<FaultRun & { readonly faults: string }> {
  const cells = plainFactory();
  const at = draw.below(100);
  const data = Uint8Array.from({ length: draw.between(1, 60) }, () => draw.below(256));
  const owed = plainFactory();
  owed.set(data, at);
  const fault: StoreFault | null = draw.below(5) === 0 ? null : drawStoreFault(draw, CHANGES);
  const lostAt = draw.below(3) === 0 ? draw.between(1, STEPS) : null;
  const faults = `${JSON.stringify(fault)}, device ${lostAt === null ? 'stays' : `goes at step ${lostAt}`}`;
  const wrong: string[] = [];

  const store = memoryStore();
  const tab = killable(store);
  let steps = 0;
  let kill = (): void => undefined;
  const killed = new Promise<string>((resolve) => {
    kill = () => {
      tab.kill();
      resolve('killed');
    };
  });
  const before = (): void => {
    if (++steps === lostAt) throw new DOMException('The device has been lost.', 'NetworkError');
  };
  const parts = { store: faultyStore(tab.store, fault, () => kill()), onRestart: () => undefined };
  const page = openPlain(parts, clock, cells, before);
  const ended = await Promise.race([job(page, at, data), killed, late(clock)]);
  if (ended === 'verified' && !isEqualBytes(cells, owed)) wrong.push('verified, and the flash is another');
  if (/unnamed|hangs|not done/.test(ended)) wrong.push(ended);
  tab.kill();

  const again = openPlain({ store, onRestart: () => undefined }, clock, cells);
  await again.session.connect();
  const came = await Promise.race([comeBack(again, at, data), late(clock)]);
  if (came !== 'verified' && came !== 'nothing-to-do') wrong.push(`without faults: ${came}`);
  else if (!isEqualBytes(cells, owed)) wrong.push(`without faults: ${came}, and the flash is another`);
  return { ended: ended === 'killed' ? 'tab killed' : ended, wrong, faults };
}

function late(clock: Clock): Promise<string> {
  return new Promise((resolve) => clock.at(PATIENCE_MS, () => resolve('hangs')));
}

async function job(page: Page, at: number, data: Uint8Array): Promise<string> {
  await page.session.connect();
  if (page.session.state.kind !== 'connected') return endOf(page);
  await dropFiles(page, [{ name: String(at), data }]);
  if (page.session.state.kind === 'connected' && workIn(page).kind === 'planned') await agree(page);
  return endOf(page);
}

/** Resumes the open job if that is allowed, otherwise flashes the same again instead of it. */
async function comeBack(page: Page, at: number, data: Uint8Array): Promise<string> {
  const { state } = page.session;
  if (state.kind === 'connected' && state.interrupted !== null) {
    await page.session.dispatch({ do: 'resume', job: state.interrupted.job });
    const end = endOf(page);
    if (end === 'verified') return end;
  }
  await page.session.dispatch({ do: 'reconnect' });
  return job(page, at, data);
}

function endOf({ session: { state } }: Page): string {
  if (state.kind === 'disconnected')
    return state.failure === null ? 'disconnected, unnamed' : `disconnected: ${state.failure.name}`;
  if (state.kind !== 'connected') return `not done: ${state.kind}`;
  const { work } = state;
  if (work.kind === 'refused') return describeState(state);
  if (work.kind !== 'ended') return `not done: ${work.kind}`;
  if (work.outcome === 'verified' || work.outcome === 'nothing-to-do') return work.outcome;
  return `${work.outcome}: ${work.failure?.name ?? 'unnamed'}`;
}
