/** Scenarios that restore earlier content: a backup of the whole flash, and the rollback of a half-done job. */
import { memoryStore } from '../../storage/memory-store.ts';
import { cellsAt, cellsOf, withBytes } from './cells.ts';
import { onlyWhole } from './may-boot.ts';
import type { Page } from './page.ts';
import { describeState } from './page.ts';
import { record } from './record.ts';
import type { Scenario } from './scenario.ts';

/** How far the job to be rolled back got, as a fraction of its moments. */
const FAR = 0.6;

/** The whole flash was backed up, then other bytes were written, and now everything is restored. */
export function restoring(damage: readonly { readonly offset: number; readonly data: Uint8Array }[]): Scenario {
  return {
    name: 'restore',
    purpose: 'restore',
    from: async (kind) => {
      const store = memoryStore();
      const page = kind.open({ store, onRestart: () => undefined });
      const owed = cellsOf(page.memories);
      await page.session.connect();
      await page.session.dispatch({ do: 'back-up', range: null });
      if ((await store.backups()).length === 0)
        throw new Error(`no backup was made: ${describeState(page.session.state)}`);
      await page.session.dispatch({ do: 'disconnect' });
      let pieces: ReturnType<typeof withBytes> = new Map();
      for (const { offset, data } of damage) pieces = withBytes(owed, pieces, 0, offset, data);
      return { cells: cellsAt(owed, pieces), store, owed };
    },
    plan: async ({ session, store }) => {
      const [record] = await store.backups();
      if (record?.kind !== 'open') throw new Error('the backup is gone');
      await session.dispatch({ do: 'restore', backup: record.backup.id });
    },
    mayBoot: onlyWhole(),
  };
}

/** A job was interrupted when most of it was done, and is rolled back. */
export function rollingBack(of: Scenario): Scenario {
  return {
    name: 'roll-back',
    purpose: 'roll-back',
    from: async (kind, clock) => {
      const { moments, ends } = await record(kind, of, clock);
      const moment = moments[Math.floor(moments.length * FAR)];
      if (moment === undefined) throw new Error('a job without moments');
      return { cells: cellsAt(ends.before, moment.pieces), store: moment.store.fork(), owed: ends.before };
    },
    plan: rollBack,
    mayBoot: onlyWhole(),
  };
}

/** Asks to roll back the open job. */
export async function rollBack({ session }: Page): Promise<void> {
  const { state } = session;
  const job = state.kind === 'connected' ? (state.interrupted?.job ?? '') : '';
  await session.dispatch({ do: 'roll-back', job });
}
