/** Checks that backups hold what they say. */
import type { Backup } from '../../../storage/records.ts';
import type { Judge } from './judge.ts';
import type { Cells } from './reader.ts';
import { appIn, bytesAt, firstChange, hex, LOOKED_AT, md5, nvsIn, same, written } from './reader.ts';

/** A backup and the flash that it was made from. */
export interface Held {
  readonly backup: Backup;
  readonly size: number;
  readonly old: Cells;
  /** The address of the app that the board would have started then; null for none. */
  readonly starts: number | null;
  /** The flash after the job that overwrote it; null for a backup made on request. */
  readonly after: Cells | null;
  /** The stored bytes of a digest; null if there are none. */
  readonly stored: (digest: string) => Promise<Uint8Array | null>;
}

/** Compares every unit and the size, and checks that everything overwritten is in it or listed as missing. */
export async function judgeBackup(judge: Judge, { backup, size, old, starts, after, stored }: Held): Promise<void> {
  const { name, kind, units, missing, board } = backup;
  for (const unit of units) {
    const was = bytesAt(old, unit);
    if (was === null) continue;
    const bytes = await stored(unit.md5);
    judge.check(
      'backup: a unit',
      md5(was) === unit.md5 && same(bytes, was),
      () => `${kind} backup ${name}: ${hex(unit.address)} is ${unit.md5}`,
      () => (bytes === null ? 'its bytes are not stored' : `it was ${md5(was)}`),
    );
  }
  const sum = units.reduce((total, unit) => total + unit.size, 0);
  judge.check(
    'backup: its size',
    size === sum,
    () => `${size} bytes`,
    () => `${sum} bytes`,
  );
  const known = [...units, ...missing];
  const covered = (address: number): boolean =>
    known.some((unit) => address >= unit.address && address < unit.address + unit.size);
  if (kind === 'partition') {
    const own = board.layout.partitions.find((each) => namesOf(each.name).some((named) => named.test(name)));
    judge.check(
      'backup: the partition it names',
      own !== undefined && covered(own.address) && covered(own.address + own.size - 1),
      () => `partition ${name}`,
      () => (own === undefined ? 'there is no such partition' : 'it does not hold all of it'),
    );
  }
  judgeName(judge, backup, old, starts);
  if (after === null) return;
  const lost = firstChange(old, after, covered);
  judge.check(
    'backup: all that was overwritten',
    lost === null,
    () => `overwritten content (${name})`,
    () => `${hex(lost ?? 0)} was overwritten, and is neither in it nor said to be missing`,
  );
}

/** How a name says that something is of a partition, and what: `demo 1.0.0 in app`, `app (blank)`, `app without an app`, or only `app`. */
function namesOf(partition: string): readonly RegExp[] {
  return [
    new RegExp(`(?:^|, and |, | and |: |; also )([^,;:()]+?) in ${partition}(?=$|[,;]| and )`),
    new RegExp(`(?:^|[ :])${partition} \\(([^,;)]+)`),
    new RegExp(`(?:^|[ :])${partition} without an (app)(?=$|[,;]| and )`),
    new RegExp(`(?:^|[ :])${partition}(?=$|[,;]| and )`),
  ];
}

/** Compares what a backup's name says about each partition and about the start with the flash that it was made from. */
function judgeName(judge: Judge, { name, board }: Backup, old: Cells, starts: number | null): void {
  const check = (claim: string, holds: boolean, is: () => string): void =>
    judge.check(`backup: ${claim}`, holds, () => name, is);
  for (const partition of board.layout.partitions) {
    const bytes = bytesAt(old, partition);
    const brief = namesOf(partition.name).flatMap((named) => named.exec(name)?.slice(1) ?? [])[0];
    if (brief === undefined || bytes === null) continue;
    const app = appIn(old, partition);
    const settings = /^(\d+) settings?$/.exec(brief)?.[1];
    if (settings !== undefined) {
      const { entries } = nvsIn(bytes);
      check('how many settings it names', entries === Number(settings), () => `${entries} in ${partition.name}`);
    } else if (brief === 'blank') {
      check('a blank partition it names', written(bytes) === 0, () => `${partition.name} held bytes`);
    } else if (brief === 'blank at its start') {
      const first = written(bytes.subarray(0, LOOKED_AT));
      check('a partition it calls blank at its start', first === 0, () => `${partition.name} begins with bytes`);
    } else if (brief === 'no app' || brief === 'app') {
      check('a slot without an app', app === null, () => `${app?.project ?? ''} ${app?.version ?? ''}`);
    } else if (app !== null && partition.role === 'app') {
      check('an app it names', brief === `${app.project} ${app.version}`, () => `${app.project} ${app.version}`);
    }
  }
  const [, first] = /(?:^|; |\()([\w-]+) started\b/.exec(name) ?? [];
  const own = board.layout.partitions.find((each) => each.name === first);
  if (own !== undefined)
    check('what started', starts !== null && starts >= own.address && starts < own.address + own.size, () =>
      starts === null ? 'nothing would have started' : `the app at ${hex(starts)} would have`,
    );
}
