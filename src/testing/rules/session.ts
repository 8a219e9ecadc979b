/** Test support: what a session itself reports, asks and refuses. Nothing of the app imports it. */
import type { Inspection } from '../../flash/family.ts';
import type { Layout, PartitionRole } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { layoutOf, mapOf } from '../flash.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';
import { drop, flash, makeWorld, plainFamily, connectedOf, workOf } from '../plain-world.ts';
import type { JobLocks } from '../../storage/locks.ts';
import { memoryLocks } from '../../storage/locks.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { Backup } from '../../storage/records.ts';

/** The kinds reported after reconnecting, when the board with this MAC answers. */
async function connectedAgain(mac: string): Promise<string[]> {
  const { session, world } = makeWorld();
  await session.connect();
  world.mac = mac;
  await session.dispatch({ do: 'reconnect' });
  return kindsOf(connectedOf(session).board.findings);
}

/** How a write to a board of 32 bytes is interrupted, and what happens to the board before it is connected again. */
interface Interruption {
  readonly mac?: string | null;
  /** An address and its bytes, for each file. */
  readonly files?: readonly (readonly number[])[];
  /** The first step that fails. */
  readonly until?: 'erase' | 'program';
  /** Whether the board can be read. */
  readonly open?: boolean;
  readonly locks?: JobLocks;
  readonly meanwhile?: (flash: Uint8Array) => void;
  readonly layout?: Layout;
  /** Whether what this browser kept is damaged by the time the board is connected again. */
  readonly rots?: boolean;
}

async function interrupted({ mac = 'one', files = [[4, 1, 2, 3]], until = 'program', ...how }: Interruption) {
  let met = 0;
  const family = plainFamily();
  const inspect: typeof family.inspect = async (target, cancel, say) => {
    const board = await family.inspect(target, cancel, say);
    return met++ === 0 || how.layout === undefined ? board : { ...board, layout: how.layout };
  };
  const store = memoryStore();
  const { content } = store;
  const made = makeWorld({ inspect }, { store, ...(how.locks && { locks: how.locks }) });
  const { session, world } = made;
  Object.assign(world, { mac, open: how.open ?? true });
  await session.connect();
  for (const [at = 0, ...data] of files) await drop(session, at, ...data);
  await cutAt(made, until);
  how.meanwhile?.(world.flash);
  if (how.rots === true) store.content = async (md5) => (await content(md5))?.map((byte) => byte ^ 1) ?? null;
  await session.dispatch({ do: 'reconnect' });
  return made;
}

/** Confirms the plan, and pulls the cable at the first step of this kind. */
async function cutAt({ session, world }: ReturnType<typeof makeWorld>, until: string): Promise<void> {
  world.fault = (step) => {
    if (step === until) throw new Error('pulled');
  };
  await flash(session);
  world.fault = () => undefined;
}

/** The questions after an interrupted write that had bytes to keep, on a board with or without an identity. */
async function askedAfterwards(mac: string | null): Promise<string[]> {
  const work = workOf((await interrupted({ mac })).session);
  return work.kind === 'planned' ? kindsOf(work.asks) : [];
}

/** Why an interrupted job can be neither resumed nor rolled back, before anything is pressed. */
async function notOffered(how: Interruption): Promise<string[]> {
  const left = connectedOf((await interrupted(how)).session).interrupted;
  return kindsOf([left?.noResume, left?.noRollBack].flatMap((refusal) => refusal ?? []));
}

/** Why an interrupted job is not resumed when a person presses Resume. */
async function notResumed(how: Interruption): Promise<string[]> {
  const { session } = await interrupted(how);
  await session.dispatch({ do: 'resume', job: connectedOf(session).interrupted?.job ?? '' });
  const work = workOf(session);
  return work.kind === 'refused' ? kindsOf(work.refusals) : [];
}

/** Why an interrupted job, or its interrupted rollback, cannot be rolled back. */
async function notRolledBack(what: 'job' | 'roll back'): Promise<string[]> {
  const made = await interrupted({});
  const { session } = made;
  if (what === 'roll back') {
    await session.dispatch({ do: 'roll-back', job: connectedOf(session).interrupted?.job ?? '' });
    await cutAt(made, 'program');
    await session.dispatch({ do: 'reconnect' });
  }
  return kindsOf([connectedOf(session).interrupted?.noRollBack].flatMap((refusal) => refusal ?? []));
}

/** Why files are not planned after an interrupted write, which also moved the second of four erase units to the last one or not. */
async function plannedAgain(moves: boolean): Promise<string[]> {
  const family = plainFamily();
  const from = { region: 'flash', address: 8 };
  const move = { region: 'flash', address: 24, size: 8, from, why: 'the second erase unit is moved here' };
  const arrange: typeof family.arrange = (request, board) => ({
    ...family.arrange(request, board),
    ...(moves && { moves: [move] }),
  });
  const made = makeWorld({ arrange });
  const { session, world } = made;
  world.flash.set([200], 9);
  await session.connect();
  await drop(session, 0, 1, 2, 3);
  await cutAt(made, 'program');
  await session.dispatch({ do: 'reconnect' });
  // What the job carries out is no new choice, and nothing is refused of it.
  if (workOf(session).kind === 'refused') return ['refused without a choice'];
  await drop(session, 40, 1);
  const work = workOf(session);
  return work.kind === 'refused' ? kindsOf(work.refusals) : [];
}

/** Why a change of a partition is not planned after a write was interrupted, which was in this partition or beside it. */
async function editedAgain(at: number): Promise<string[]> {
  const made = makeWorld();
  const { session } = made;
  await session.connect();
  await drop(session, at, 99, 98, 97);
  await cutAt(made, 'program');
  await session.dispatch({ do: 'reconnect' });
  const edit = { edit: 'set', namespace: 'a', key: 'k', type: 'u8', value: '1' } as const;
  await session.dispatch({ do: 'edit-contents', range: { region: 'flash', address: 0, size: 8 }, edits: [edit] });
  const work = workOf(session);
  return work.kind === 'refused' ? kindsOf(work.refusals) : [];
}

/** What is reported for restoring a backup of the whole board after the board has changed. */
async function restored(change: (board: Inspection) => Inspection, mac = 'one'): Promise<string[]> {
  const store = memoryStore();
  let met = 0;
  const family = plainFamily();
  // The name of a plain file is its address.
  const arrange: typeof family.arrange = (request, board) =>
    family.arrange(
      { files: request.files.map(({ file }) => ({ file: { ...file, name: '16' }, choice: null })) },
      board,
    );
  const inspect: typeof family.inspect = async (target, cancel, say) => {
    const plain = await family.inspect(target, cancel, say);
    const partition = { region: 'flash', address: 0, size: 8, name: 'own', role: 'data', type: 'data' } as const;
    const board = { ...plain, layout: { ...plain.layout, partitions: [partition] } };
    return met++ === 0 ? board : change(board);
  };
  const backup = async (): Promise<Backup | null> => {
    const [record] = await store.backups();
    return record?.kind === 'open' ? record.backup : null;
  };
  const { session, world } = makeWorld({ inspect, arrange }, { store, backup });
  await session.connect();
  await session.dispatch({ do: 'back-up', range: null });
  world.mac = mac;
  // What is restored is not there any more: nothing is asked for what writes nothing.
  world.flash.fill(0, 0, 1);
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'restore', backup: (await backup())?.id ?? '' });
  const work = workOf(session);
  return kindsOf(work.kind === 'refused' ? work.refusals : work.kind === 'planned' ? work.asks : []);
}

/** What is reported for a backup of a range; the plain board has no partitions. */
async function backedUp(range: Range | null): Promise<string[]> {
  const { session } = makeWorld();
  await session.connect();
  await session.dispatch({ do: 'back-up', range });
  const work = workOf(session);
  return kindsOf(work.kind === 'refused' ? work.refusals : []);
}

/** What is refused or asked before the second of four erase units is erased, which is a partition with this role and content. */
async function erased(role: PartitionRole, kind = 'blank', starts = false, at = 8): Promise<string[]> {
  const own = { region: 'flash', address: 8, size: 8 };
  const family = plainFamily();
  const inspect: typeof family.inspect = async (target, cancel, say) => {
    const board = await family.inspect(target, cancel, say);
    const partitions = [{ ...own, name: 'own', role, type: 'data' }];
    return {
      ...board,
      layout: { ...board.layout, partitions },
      contents: [{ ...own, kind, says: 'Found' }],
      boot: { partition: starts ? { ...own, name: 'own' } : null, says: '' },
    };
  };
  const { session } = makeWorld({ inspect });
  await session.connect();
  await session.dispatch({ do: 'erase', range: { ...own, address: at } });
  const work = workOf(session);
  return kindsOf(work.kind === 'refused' ? work.refusals : work.kind === 'planned' ? work.asks : []);
}

const WHOLE_UNIT = [8, 9, 9, 9, 9, 9, 9, 9, 9];
const DISCONNECTED = [
  [0, 9, 9],
  [24, 9, 9],
];
const HALF_THERE = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9]];
const EVERYTHING = Array.from({ length: 32 }, () => 9);
const same = (board: Inspection) => board;
const chipped = (board: Inspection): Inspection => ({ ...board, identity: { ...board.identity, chip: 'Other' } });
const guarded = (board: Inspection): Inspection => ({
  ...board,
  layout: { ...board.layout, guards: [{ region: 'flash', address: 0, size: 32, reason: 'it is somebody else’s.' }] },
});
const encrypting = (board: Inspection): Inspection => ({
  ...board,
  layout: { ...board.layout, ciphered: [{ region: 'flash', address: 0, size: 8 }] },
});
const repartitioned = (board: Inspection): Inspection => ({
  ...board,
  layout: { ...board.layout, partitions: board.layout.partitions.slice(1) },
});
const moved = (board: Inspection): Inspection => ({
  ...board,
  layout: { ...board.layout, partitions: board.layout.partitions.map((own) => ({ ...own, address: 16 })) },
});
const elsewhere: JobLocks = { ...memoryLocks(), isTaken: async () => true };

/** One case for each kind. */
export const SESSION_CASES: readonly RuleCase[] = [
  { kind: 'same-board', broken: () => askedAfterwards(null), mended: () => askedAfterwards('one') },
  { kind: 'another-board', broken: () => connectedAgain('two'), mended: () => connectedAgain('one') },
  {
    kind: 'job-elsewhere',
    broken: () => notOffered({ locks: elsewhere }),
    mended: () => notOffered({ locks: memoryLocks() }),
  },
  {
    kind: 'other-map',
    broken: () => notOffered({ layout: layoutOf(mapOf(8, 8, 8, 4)) }),
    mended: () => notOffered({ layout: layoutOf(mapOf(8, 8, 8, 8)) }),
  },
  {
    kind: 'no-way-back',
    broken: () => notOffered({ files: [WHOLE_UNIT], open: false }),
    mended: () => notOffered({ files: [WHOLE_UNIT] }),
  },
  { kind: 'is-way-back', broken: () => notRolledBack('roll back'), mended: () => notRolledBack('job') },
  {
    kind: 'kept-changed',
    // The second file's unit was not begun: the bytes to keep beside the file are on the board and nowhere else.
    broken: () => notResumed({ files: DISCONNECTED, until: 'erase', meanwhile: (flash) => flash.set([200], 31) }),
    mended: () => notResumed({ files: DISCONNECTED, until: 'erase' }),
  },
  {
    kind: 'equal-changed',
    // The first unit of the file is on the board already.
    broken: () => notResumed({ files: HALF_THERE, until: 'erase', meanwhile: (flash) => flash.set([200], 3) }),
    mended: () => notResumed({ files: HALF_THERE, until: 'erase' }),
  },
  { kind: 'kept-gone', broken: () => notOffered({ rots: true }), mended: () => notOffered({}) },
  {
    kind: 'not-that-board',
    broken: () => notResumed({ mac: null, meanwhile: (flash) => flash.set([200], 9) }),
    mended: () => notResumed({ mac: null }),
  },
  {
    kind: 'cannot-tell',
    broken: () => notResumed({ mac: null, files: [[0, ...EVERYTHING]] }),
    mended: () => notResumed({ mac: null, files: [WHOLE_UNIT] }),
  },
  { kind: 'moves-unfinished', broken: () => plannedAgain(true), mended: () => plannedAgain(false) },
  { kind: 'edits-unfinished', broken: () => editedAgain(0), mended: () => editedAgain(8) },
  {
    kind: 'nothing-to-back-up',
    broken: () => backedUp({ region: 'flash', address: 8, size: 8 }),
    mended: () => backedUp(null),
  },
  { kind: 'nothing-to-erase', broken: () => erased('data', 'blank', false, 64), mended: () => erased('data') },
  {
    kind: 'units-cut',
    also: ['content-erased'],
    broken: () => erased('data', 'blank', false, 20),
    mended: () => erased('data'),
  },
  { kind: 'bootloader-erased', broken: () => erased('boot', 'bootloader'), mended: () => erased('app') },
  { kind: 'start-erased', broken: () => erased('app', 'app', true), mended: () => erased('app') },
  { kind: 'content-erased', broken: () => erased('settings', 'nvs'), mended: () => erased('settings') },
  { kind: 'backup-of-other-kind', broken: () => restored(chipped), mended: () => restored(same) },
  { kind: 'backup-encryption-differs', broken: () => restored(encrypting), mended: () => restored(same) },
  { kind: 'backup-place-changed', broken: () => restored(repartitioned), mended: () => restored(same) },
  {
    kind: 'backup-fits-elsewhere',
    also: ['backup-place-changed'],
    broken: () => restored(moved),
    mended: () => restored(same),
  },
  { kind: 'backup-not-writable', broken: () => restored(guarded), mended: () => restored(same) },
  { kind: 'backup-of-another', broken: () => restored(same, 'two'), mended: () => restored(same) },
];
