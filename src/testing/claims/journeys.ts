/** The journeys of a board: everything that a user can do to it and interrupt. */
import { dropFiles } from '../interruptions/page.ts';
import type { RequestedChange } from './plans.ts';
import type { BoardFacts, Disturbance } from './walker.ts';
import { Walker } from './walker.ts';

/** What the user does about an interrupted job. */
export type Recovery = 'resume' | 'roll back' | 'abandon' | 'again';

/** A named journey. */
export interface Journey {
  readonly name: string;
  readonly walk: (walker: Walker) => Promise<void>;
}

/** The result of a journey. */
export interface Walked {
  readonly board: string;
  readonly journey: string;
  readonly operations: number;
  readonly compared: ReadonlyMap<string, number>;
  readonly untrue: readonly { readonly claim: string; readonly said: string; readonly is: string }[];
  readonly notDone: readonly string[];
}

/** Runs a journey on a board in its factory state. An exception counts as a false claim. */
export async function walk(board: BoardFacts, { name, walk: along }: Journey, again: boolean): Promise<Walked> {
  const walker = new Walker(board, again);
  const { judge } = walker;
  try {
    await along(walker);
  } catch (error) {
    judge.check(
      'the journey goes on',
      false,
      () => 'no error',
      () => String(error),
    );
  }
  walker.page.cable?.unplug();
  const { operations, notDone } = walker;
  const { compared, untrue } = judge;
  return { board: board.kind.id, journey: name, operations, compared, untrue, notDone };
}

/** Connects, then examines the apps. */
export const READ: Journey = {
  name: 'read',
  walk: async (walker) => {
    await walker.connect();
    await walker.page.session.dispatch({ do: 'examine' });
    await walker.look('examined');
  },
};

/** Runs a change to its end, then restores what it overwrote. */
export function toTheEnd(change: RequestedChange): Journey {
  return {
    name: change.name,
    walk: async (walker) => {
      await walker.connect();
      await ask(walker, change);
      if (!(await walker.flash('flashed', bytesOf(change)))) return;
      await walker.look('after the job');
      await walker.lookAtBackups('after the job');
      await walker.reconnect('connected again');
      const job = await walker.newestJob();
      if (job === null) return;
      await walker.restore('restored what was overwritten', job);
      await walker.look('after the restore');
      await walker.lookAtBackups('after the restore');
    },
  };
}

/** Stops a change or pulls the cable, then resumes, rolls back, abandons or repeats it. */
export function disturbed(
  change: RequestedChange,
  disturbance: Disturbance,
  recovery: Recovery,
  first: 'at once' | 'connected again',
): Journey {
  const { how, at } = disturbance;
  return {
    name: `${change.name}, ${how} at ${at}, ${recovery} ${first}`,
    walk: async (walker) => {
      await walker.connect();
      await ask(walker, change);
      if (!(await walker.flash(`${how} at ${at}`, bytesOf(change), disturbance))) return;
      if (how === 'stop') await walker.look('after the stop');
      if (how === 'pull' || first === 'connected again') await walker.reconnect('connected again');
      await goOn(walker, change, recovery);
      await walker.lookAtBackups('in the end');
    },
  };
}

async function goOn(walker: Walker, change: RequestedChange, recovery: Recovery): Promise<void> {
  switch (recovery) {
    case 'resume':
      return walker.resume('resumed');
    case 'roll back':
      return walker.rollBack('rolled back');
    case 'again':
      // The files stay chosen, so they are planned again.
      await walker.page.session.dispatch({ do: 'plan-files' });
      await walker.flash('requested again', bytesOf(change));
      return;
    case 'abandon': {
      const job = await walker.abandon('abandoned');
      await walker.look('after the abandoning');
      await walker.lookAtBackups('after the abandoning');
      if (job !== null) await walker.restore('restored what was overwritten', job);
    }
  }
}

/** Backs up a partition and the whole flash, runs a change, and restores the device. */
export function kept(change: RequestedChange, partition: string | null): Journey {
  return {
    name: `back up, ${change.name}, restore`,
    walk: async (walker) => {
      await walker.connect();
      if (partition !== null) await walker.backUp(partition);
      await walker.backUp(null);
      await walker.lookAtBackups('backed up');
      await ask(walker, change);
      await walker.flash('flashed', bytesOf(change));
      await walker.reconnect('connected again');
      const backup = walker.newestBackup();
      if (backup === null) return;
      await walker.restore('restored everything', backup);
      await walker.lookAtBackups('after the restore');
      await walker.reconnect('connected again');
    },
  };
}

async function ask({ page }: Walker, { files, settings = {} }: RequestedChange): Promise<void> {
  await dropFiles(page, files);
  for (const [id, wanted] of Object.entries(settings)) {
    const { state } = page.session;
    const setting = state.kind === 'connected' ? state.board.settings.find((each) => each.id === id) : undefined;
    const value = typeof wanted === 'string' ? wanted : setting?.options[wanted]?.id;
    if (value !== undefined) await page.session.dispatch({ do: 'set', id, value });
  }
}

function bytesOf({ files, bytes }: RequestedChange): readonly Uint8Array[] {
  return bytes ?? files.map(({ data }) => data);
}
