/** Returns after an interruption, and counts what is wrong. */
import { md5Hex } from '../../formats/hashes.ts';
import { jobState } from '../../flash/job.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { backedUp } from '../../flash/job-extent.ts';
import { unitKey } from '../../flash/survey.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { isEqualBytes } from '../bytes.ts';
import type { Cells } from './cells.ts';
import { bytesApart, cellsAt, cellsOf, firstApart, loadCells } from './cells.ts';
import type { Page } from './page.ts';
import { agree, describeState, workIn } from './page.ts';
import type { Recorded } from './record.ts';
import type { Moment } from './recorder.ts';
import { rollBack } from './restore-scenarios.ts';

/**
 * What a person does when they return. `abandon-job` is followed by a restore of what the job kept; `again` is the same files
 * once more instead of Resume; `changed` is Resume after something else has written to what the job had begun.
 */
export type Recovery = 'resume' | 'roll-back' | 'abandon-job' | 'again' | 'changed';

/** The results of interruptions. */
export interface Tally {
  interruptions: number;
  wrong: number;
  lost: number;
  /** What was wrong, each with where and when. */
  readonly says: string[];
}

/** A tally with nothing in it. */
export function emptyTally(): Tally {
  return { interruptions: 0, wrong: 0, lost: 0, says: [] };
}

/** Returns at one moment in one way, through a freshly opened page; adds what is wrong to the tally. */
export async function comeBack(recorded: Recorded, moment: Moment, recovery: Recovery, tally: Tally): Promise<void> {
  const { kind, scenario } = recorded;
  const wrong = (says: string, bytes = 0): void => {
    tally.lost += bytes;
    if (bytes === 0) tally.wrong++;
    const again = `npm run faults -- --board ${kind.id} --scenario ${scenario.name} --moment ${moment.index}`;
    tally.says.push(`${recovery}, ${moment.says}: ${says}; again: ${again}`);
  };
  tally.interruptions++;
  try {
    await backFrom(recorded, moment, recovery, wrong);
  } catch (error) {
    wrong(String(error));
  }
}

type Wrong = (says: string, bytes?: number) => void;

async function backFrom(
  { kind, scenario, ends }: Recorded,
  moment: Moment,
  recovery: Recovery,
  wrong: Wrong,
): Promise<void> {
  const now = cellsAt(ends.before, moment.pieces);
  if (recovery === 'resume') await lookAtKept({ kind, scenario, ends, moments: [] }, moment, now, wrong);

  const left: { cells: Cells | null } = { cells: null };
  const page: Page = kind.open({ store: moment.store.fork(), onRestart: () => (left.cells = cellsOf(page.memories)) });
  loadCells(page.memories, now);
  const changed = recovery === 'changed' ? await changeBegun(page, moment) : null;
  if (recovery === 'changed' && changed === null) return;
  const found = cellsOf(page.memories);
  if (recovery === 'resume') {
    const breach = scenario.mayBoot(await page.boot(), now, ends);
    if (breach !== null) wrong(`it would start ${breach}`);
  }
  await page.session.connect();
  const { state } = page.session;
  if (state.kind !== 'connected') return wrong(`no board: ${describeState(state)}`);
  const open = state.interrupted?.purpose === scenario.purpose ? state.interrupted : null;
  if (recovery === 'resume' || recovery === 'changed') {
    if (open === null) await planAgain(page);
    else {
      await page.session.dispatch({ do: 'resume', job: open.job });
      // A board without any identity cannot pass the check for a resume: flashing the same again is the only way.
      if (describeState(page.session.state) === 'refused: cannot-tell') {
        await page.session.dispatch({ do: 'abandon-job', job: open.job });
        await planAgain(page);
      }
    }
  } else if (recovery === 'again') {
    if (open === null || scenario.purpose === 'roll-back') return;
    await scenario.plan(page);
    // Content that is on its way cannot be planned for again: the job that moves it has to end first.
    if (describeState(page.session.state) === 'refused: moves-unfinished')
      await page.session.dispatch({ do: 'resume', job: open.job });
    else if (workIn(page).kind !== 'idle') await agree(page);
  } else if (open === null || open.noRollBack !== null) return;
  else if (recovery === 'roll-back') {
    await rollBack(page);
    await agree(page);
  } else {
    await page.session.dispatch({ do: 'abandon-job', job: open.job });
    await page.session.dispatch({ do: 'restore', backup: open.job });
    // A job that had begun nothing is forgotten: then there is nothing to restore, and no need to.
    if (workIn(page).kind === 'planned') await agree(page);
    else return owed(ends.before);
  }
  // What firmware has changed in settings or files that were rewritten is never written over.
  if (changed?.inContent === true && describeState(page.session.state) === 'refused: kept-changed') return owed(found);
  const work = workIn(page);
  // Nobody asks for a rollback of a job that has ended, or for a start that is chosen already.
  if ((scenario.purpose === 'roll-back' || scenario.purpose === 'choose-start') && work.kind === 'idle')
    return owed(ends.after);
  const goods = kind.proves ? ['verified', 'nothing-to-do'] : ['unproved'];
  if (work.kind !== 'ended' || !goods.includes(work.outcome)) wrong(`it is ${describeState(page.session.state)}`);
  if (page.violations() > 0) wrong(`${page.violations()} uses that silicon would not survive`);
  owed(recovery === 'roll-back' || recovery === 'abandon-job' ? ends.before : ends.after);

  function owed(cells: Cells): void {
    const held = left.cells ?? cellsOf(page.memories);
    const standalone = bytesApart(held, cells);
    if (standalone > 0) wrong(`${standalone} bytes are not as owed: ${firstApart(held, cells)}`, standalone);
  }

  async function planAgain(on: Page): Promise<void> {
    await scenario.plan(on);
    if (workIn(on).kind !== 'idle') await agree(on);
  }
}

/**
 * Changes a byte of a unit that the newest open job has begun to write; null if there is none. `inContent`: the unit was verified, and
 * lies in settings or files of which the job rewrites more.
 */
async function changeBegun({ memories: [memory] }: Page, { store }: Moment): Promise<{ inContent: boolean } | null> {
  const job = (await store.jobs()).find(({ end }) => end === null);
  if (job === undefined || memory === undefined) return null;
  const { units } = jobState(job.plan, await store.facts(job.id));
  const unit = plannedUnits(job.plan).find((each) => units.get(unitKey(each))?.begun === true);
  if (unit === undefined) return null;
  const at = memory.start + (unit.address & 0x00ffffff) + (unit.size >> 1);
  memory.load(
    at,
    memory.read(at, 1).map((byte) => byte ^ 0x10),
  );
  const isVerified = units.get(unitKey(unit))?.state === 'verified';
  const holder = job.board.layout.partitions.find((partition) => overlaps(partition, unit));
  return { inContent: isVerified && (holder?.role === 'files' || holder?.role === 'settings') };
}

/** Checks that all bytes that the board held before are still there, or in a backup, or given up by the plan. */
async function lookAtKept({ scenario, ends }: Recorded, { store }: Moment, now: Cells, wrong: Wrong): Promise<void> {
  const jobs = await store.jobs();
  for (const job of jobs) {
    for (const { md5, size } of backedUp(job.plan, await store.facts(job.id))) {
      const content = await store.content(md5);
      if (content === null || md5Hex(content) !== md5) wrong(`a backup has lost ${size} bytes`, size);
    }
  }
  const own =
    jobs.find(({ purpose, end }) => purpose.kind === scenario.purpose && end === null) ??
    jobs.find(({ purpose }) => purpose.kind === scenario.purpose);
  if (own === undefined) {
    const standalone = bytesApart(now, ends.before);
    if (standalone > 0) wrong(`${standalone} bytes are others before any job was written down`, standalone);
    return;
  }
  const kept = new Map<string, string>();
  for (const { region, address, md5 } of backedUp(own.plan, await store.facts(own.id)))
    kept.set(`${region} ${address}`, md5);
  for (const unit of plannedUnits(own.plan)) {
    const was = within(ends.before, unit);
    const md5 = kept.get(`${unit.region} ${unit.address}`);
    if (md5 !== undefined && md5Hex(was) !== md5)
      wrong(`a backup of 0x${unit.address.toString(16)} is not what was there`, unit.size);
    if (md5 === undefined && unit.backup !== 'none' && !isEqualBytes(was, within(now, unit)))
      wrong(`0x${unit.address.toString(16)} is neither on the board nor kept`, unit.size);
  }
}

/** The bytes of a range of the first memory. */
function within([memory = new Uint8Array()]: Cells, { address, size }: Range): Uint8Array {
  const offset = address & 0x00ffffff;
  return memory.subarray(offset, offset + size);
}
