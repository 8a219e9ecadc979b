/** Checks that the user is asked about lost content, and about nothing else. */
import { backupLines } from '../../../session/words/plan.ts';
import type { Layout } from '../../../flash/layout.ts';
import type { Planned } from '../../../session/state.ts';
import type { Backup } from '../../../storage/records.ts';
import { holderOf } from './content.ts';
import type { Judge } from './judge.ts';
import type { Cells, Row, Span } from './reader.ts';
import { bytesAt, firstChange, hex, same, tableIn, written } from './reader.ts';

/** Compares the partitions that a question calls lost with the tables before and after. */
export function judgeAsks(judge: Judge, { asks, purpose }: Planned, before: Cells, after: Cells): void {
  const rows = tableIn(after);
  const named = asks.flatMap(({ says }) => /is lost: ([^.]+)\./.exec(says)?.[1]?.split(/, | and /) ?? []);
  const reached = (row: Row): boolean => rows.some(({ address, type }) => address === row.address && type === row.type);
  for (const row of tableIn(before)) {
    const stays = reached(row) && same(bytesAt(before, row), bytesAt(after, row)) && sizeAt(rows, row) >= row.size;
    if (named.includes(row.label))
      judge.check(
        'asks: what is lost',
        !stays,
        () => `the content of ${row.label} is lost`,
        () => 'it is as it was',
      );
    const bytes = bytesAt(before, row);
    if (purpose.kind !== 'flash' || rows.length === 0 || reached(row) || bytes === null || written(bytes) === 0)
      continue;
    if (holderOf(row, before, after) !== undefined) continue;
    judge.check(
      'asks: what is lost is asked about',
      named.includes(row.label) || asks.some(({ says }) => says.includes(row.label)),
      () => `lost: ${named.join(', ') || 'nothing'}`,
      () =>
        `${row.label} held ${written(bytes)} bytes, and no partition of its kind begins at ${hex(row.address)} any more`,
    );
  }
}

function sizeAt(rows: readonly Row[], { address }: Row): number {
  return rows.find((row) => row.address === address)?.size ?? 0;
}

/** Compares what is said to be given up with the backup that was made; `layout` is the board's before the job. */
export function judgeBackupLines(
  judge: Judge,
  { backup, purpose }: Planned,
  layout: Layout,
  { before, after, kept }: { readonly before: Cells; readonly after: Cells; readonly kept: Backup | null },
): void {
  const { lost } = backupLines(backup, layout);
  const units = kept?.units ?? [];
  const missing = backup.lost.filter((range) => {
    const [old, now] = [bytesAt(before, range), bytesAt(after, range)];
    return old !== null && now !== null && units.some((unit) => touches(unit, range));
  });
  judge.check(
    'backup lines: what is given up',
    missing.length === 0,
    () => lost.join(' '),
    () => missing.map(({ address }) => `${hex(address)} is backed up`).join(', '),
  );
  for (const { name, address, size } of layout.partitions) {
    const said = lost.some((line) => line.includes(` ${name} `));
    const span = { address, size };
    if (!said || bytesAt(before, span) === null) continue;
    const gone = backup.lost.some((range) => touches(range, span));
    judge.check(
      'backup lines: whose content is given up',
      gone,
      () => lost.join(' '),
      () => `all of ${name} is backed up`,
    );
  }
  // What an interrupted write left is not backed up.
  if (purpose.kind === 'roll-back') return;
  const known = [...units, ...backup.lost];
  const at = firstChange(before, after, (address) => known.some((unit) => touches(unit, { address, size: 1 })));
  judge.check(
    'backup lines: all that is given up is said',
    at === null,
    () => lost.join(' ') || 'nothing is given up',
    () => `${hex(at ?? 0)} was overwritten and is not backed up`,
  );
}

function touches(a: Span, b: Span): boolean {
  return a.address < b.address + b.size && b.address < a.address + a.size;
}
