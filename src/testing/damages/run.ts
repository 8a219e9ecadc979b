/** Takes a damaged board through everything that a person would do: connect, diagnose, take the repair, flash, and look again. */
import { layoutEditor } from '../../esp/partitions/layout-editor.ts';
import type { Diagnosis } from '../../flash/diagnosis.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Session } from '../../session/session.ts';
import { bytesSource } from '../../session/sources.ts';
import type { Intent } from '../../session/intents.ts';
import type { Work } from '../../session/state.ts';
import { workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';
import { carriedOut, elsewhere } from '../repair/repairing.ts';
import type { Cure, Damage, Span } from './damage.ts';
import { dfuBench } from './dfu-bench.ts';
import { espBench } from './esp-bench.ts';

/** What a board really does, by its own boot code: the address of what runs, null if nothing does, and what it prints. */
interface Start {
  readonly at: number | null;
  readonly log: string;
}

/** A damaged board, plugged in. */
export interface Bench {
  readonly session: Session<Inspection>;
  /** A copy of all its cells. */
  cells(): Uint8Array;
  /** The cells as they were just before the board last started, and the address of the first. */
  readonly from: number;
  beforeStart(): Uint8Array;
  /** Puts the board back into its loader, as a person does before connecting again. */
  again(): void;
  /** Whether the board, locked for ever by then, does not appear any more. */
  isGone(): Promise<boolean>;
  /** What the board would start from its cells as they are. */
  start(): Promise<Start>;
}

/** How a damage ended: what is wrong, one line each, empty if nothing is. */
export interface Outcome {
  readonly name: string;
  readonly end: string;
  readonly wrong: readonly string[];
}

/** What comes of trying a damage by this name: `work` says how it ended, and complains. Never rejects. */
export async function outcomeOf(
  name: string,
  work: (complain: (line: string) => void) => Promise<string>,
): Promise<Outcome> {
  const wrong: string[] = [];
  let end = 'not reached';
  try {
    end = await work((line) => wrong.push(line));
  } catch (error) {
    wrong.push(`threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  return { name, end, wrong };
}

/** Runs one damage; never rejects. */
export function runDamage(damage: Damage): Promise<Outcome> {
  return outcomeOf(damage.name, (complain) => through(damage, complain));
}

async function through(damage: Damage, complain: (line: string) => void): Promise<string> {
  const bench = damage.family === 'esp' ? espBench(damage) : dfuBench(damage);
  const before = bench.cells();
  const { session } = bench;
  await session.connect();
  const first = await diagnosed(session);
  judgeClaim(await bench.start(), connectedOf(session).board, complain);
  const { said, end } = damage;
  const finding = first.found.find(({ kind, place }) => kind === said.kind && isWithin(place, said.within));
  if (finding === undefined)
    complain(`"${damage.truth}" is not said: ${first.found.map(({ kind }) => kind).join(', ') || 'nothing is found'}`);
  if ('never' in end) {
    const { means = [] } = connectedOf(session).board.unlock ?? {};
    const words = [finding?.says, finding?.next, finding?.unrepaired, first.says, ...means].join(' ');
    if (!end.says.test(words)) complain(`the reason (${end.never}) is not named: ${words}`);
    if ((connectedOf(session).board.boot?.partition ?? null) !== null) complain('something is said to start');
    if (end.gone === true && !(await bench.isGone())) complain('the board still appears');
    return `never: ${end.never}`;
  }
  await cured(session, end.cure, finding, first);
  const ended = await flashed(session);
  if (ended.outcome !== 'verified' && ended.outcome !== 'nothing-to-do') complain(`the job ended: ${ended.outcome}`);
  const own = end.changes.map(([from, to]) => ({ region: '', address: from - bench.from, size: to - from }));
  for (const [at] of elsewhere(before, bench.beforeStart(), own).slice(0, 1))
    complain(`${hexOf(bench.from + at)} changed, and belongs to nothing that was to be repaired`);
  const start = await bench.start();
  if (start.at !== end.starts)
    complain(`the board starts ${hexOf(start.at)}, not ${hexOf(end.starts)}: ${start.log.slice(-400)}`);
  if (damage.prints !== undefined && !damage.prints.test(start.log))
    complain(`the board does not print ${damage.prints}`);
  bench.again();
  await session.dispatch({ do: 'reconnect' });
  const again = await diagnosed(session);
  judgeClaim(await bench.start(), connectedOf(session).board, complain);
  if (end.still !== true && again.found.some(({ kind, place }) => kind === said.kind && isWithin(place, said.within)))
    complain(`${said.kind} is still said after its repair`);
  return `starts ${hexOf(start.at)} again`;
}

/** Types the words that unlock the chip, and waits for it to come back. */
async function unlocked(session: Session<Inspection>): Promise<void> {
  const { unlock } = connectedOf(session).board;
  if (unlock === undefined) throw new Error('nothing unlocks this chip');
  await session.dispatch({ do: 'unlock', words: unlock.words });
  // The chip has left the bus and comes back, which the page notices.
  if (session.state.kind === 'unlocking') await session.connect(true);
}

/** Agrees to everything that is asked, and carries the plan out. */
export async function flashed(session: Session<Inspection>): Promise<Extract<Work, { kind: 'ended' }>> {
  await carriedOut(session);
  return workOf(session, 'ended');
}

/** Looks closely at the board. */
export async function diagnosed(session: Session<Inspection>, log?: string): Promise<Diagnosis> {
  await session.dispatch({ do: 'diagnose', ...(log !== undefined && { log }) });
  const { diagnosis } = connectedOf(session).board;
  if (diagnosis === undefined) throw new Error('there is no diagnosis');
  return diagnosis;
}

/** Compares what is said to start with what the board's own boot code starts. */
export function judgeClaim(real: Start, { boot }: Inspection, complain: (line: string) => void): void {
  if (boot === null || boot.unsure === true) return;
  const said = boot.partition?.address ?? null;
  if (said !== real.at) complain(`said: ${boot.says} The board: starts ${hexOf(real.at)}. ${real.log.slice(-300)}`);
}

async function cured(
  session: Session<Inspection>,
  cure: Cure,
  finding: Finding | undefined,
  { proposal }: Diagnosis,
): Promise<void> {
  if ('drop' in cure) {
    if (cure.unlock === true) await unlocked(session);
    const files = cure.drop.map(({ name, data }) => bytesSource(name, data));
    return session.dispatch({ do: 'add-files', files });
  }
  if (cure.take === 'the proposed table') {
    if (proposal === undefined) throw new Error('no table is proposed');
    const rows = proposal.rows.map(({ row }) => row);
    const edited = layoutEditor.edited(layoutEditor.begin(proposal.table), { edit: 'replace', rows });
    return session.dispatch({ do: 'change-layout', csv: layoutEditor.csvOf(edited) });
  }
  const repairs = finding?.repairs ?? [];
  const repair = repairs.find(({ label, request }) => label.startsWith(cure.take) && request.do !== 'open');
  if (repair === undefined || repair.request.do === 'open')
    throw new Error(
      `no repair "${cure.take}" is offered: ${repairs.map(({ label }) => label).join(', ') || finding?.unrepaired || 'none'}`,
    );
  const intent: Intent = repair.request;
  return session.dispatch(intent);
}

function isWithin(place: Finding['place'], within: Span | null): boolean {
  if (within === null) return place.in === 'device';
  if (place.in !== 'flash') return false;
  const { address, size } = place.range;
  return address < within[1] && address + Math.max(1, size) > within[0];
}

function hexOf(address: number | null): string {
  return address === null ? 'nothing' : `0x${address.toString(16)}`;
}
