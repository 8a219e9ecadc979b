/** Recorded backups and interrupted jobs: those of the recorded board, and of others. */
import type { FailureFacts } from '../../src/flash/failure.ts';
import type { Refusal } from '../../src/flash/finding.ts';
import type { Identity } from '../../src/flash/target.ts';
import { boardName, markKey } from '../../src/session/board-key.ts';
import type { BinaryPart } from '../../src/backups/binary-file.ts';
import type { LibraryItem, LibraryView, Unfinished } from '../../src/backups/library-view.ts';
import { EMPTY_LIBRARY } from '../../src/backups/library-view.ts';
import type { MetBoard } from '../../src/storage/records.ts';
import type { BackupCost, Interrupted } from '../../src/session/state.ts';
import { storeFailure } from '../../src/storage/store.ts';
import { REGION, bigLayout, board, layout } from './fixtures.board.ts';

/** The current time for all of these fixtures. */
export const NOW = Date.UTC(2026, 2, 9, 12, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function mac(value: string, chip = board.identity.chip): Identity {
  return { ...board.identity, chip, key: { kind: 'mac', value } };
}

const OTHER = mac('24:6f:28:0d:e0:11');
const S3 = mac('7c:df:a1:04:52:9e', 'ESP32-S3');

function item(id: string, name: string, more: Partial<LibraryItem> & { readonly of?: Identity }): LibraryItem {
  const { of = board.identity, ...rest } = more;
  return {
    id,
    kind: 'overwritten',
    name,
    board: boardName(of),
    made: NOW - 2 * HOUR,
    size: 1_187_840,
    blank: 0,
    missing: 0,
    job: { end: 'verified', doing: 'Flashing app0' },
    plain: [],
    fits: { key: markKey(of), identity: of, layout: of === S3 ? bigLayout : layout, hasTable: false },
    ...rest,
  };
}

/** The whole partition of this name, as a plain file. */
function wholePart(name: string): BinaryPart {
  const partition = layout.partitions.find((each) => each.name === name);
  if (partition === undefined) throw new Error(`no partition ${name}`);
  const { region, address, size } = partition;
  return { name, region, address, size, has: 'exactly' };
}

const open = item('open', 'Part of app1 (raft-demo 1.4.2); app0 started', {
  size: 454_656,
  job: { end: null, doing: 'Flashing app1' },
  plain: [{ name: 'app1', region: REGION, address: 0x1d0000, size: 446_464, has: 'part' }],
});
const settings = item('nvs', '11 entries in nvs', {
  kind: 'partition',
  size: 86_016,
  job: null,
  made: NOW - 26 * HOUR,
  plain: [wholePart('nvs')],
});
const whole = item('whole', 'Whole flash: raft-demo 1.4.2 in app0, and app1 without an app; app0 started', {
  kind: 'device',
  size: 4 << 20,
  blank: 2_560 << 10,
  job: null,
  made: NOW - 9 * DAY,
  plain: [
    { name: 'SPI flash', region: REGION, address: 0, size: 4 << 20, has: 'exactly' },
    ...['app0', 'app1', 'fs', 'nvs'].map(wholePart),
  ],
});
const gaps = item('gaps', 'Part of app0 (raft-demo 1.4.1); app0 started', {
  size: 69_632,
  missing: 1_032_192,
  made: NOW - 3 * DAY,
});
const encrypted = item('encrypted', '9 entries in nvs', {
  kind: 'partition',
  size: 86_016,
  job: null,
  made: NOW - 4 * DAY,
  fits: null,
});
const equal = item('equal', 'LittleFS in fs', {
  kind: 'partition',
  size: 524_288,
  job: null,
  of: OTHER,
  made: NOW - 40 * DAY,
});
const left = item('left', 'blink 1.0 in factory', {
  of: S3,
  size: 212_992,
  job: { end: 'left', doing: 'Flashing factory' },
  made: NOW - 70 * DAY,
});

const storage = { kind: 'database', persisted: false, trouble: null } as const;
const usage = { used: 12_900_000, quota: 2 * 2 ** 30 };

/** Backups of every kind, of three boards. */
export const many: LibraryView = {
  ...EMPTY_LIBRARY,
  items: [open, settings, gaps, encrypted, whole, equal, left],
  usage,
  storage,
};

/** An unfinished job of a board that is not connected. */
export const unfinished: readonly Unfinished[] = [
  {
    job: 'open',
    purpose: 'flash',
    key: 'esp mac 24:6f:28:ab:cd:ef',
    board: 'ESP32 24:6f:28:ab:cd:ef',
    says: 'raft-demo-1.5.0.bin to app1',
    alone: 'raft-demo-1.5.0.bin to app1',
    verified: 64,
    total: 156,
  },
];

/** Boards that were connected before. */
export const met: readonly MetBoard[] = [
  {
    key: markKey(board.identity),
    name: boardName(board.identity),
    connection: { port: 'serial' },
    seen: NOW - 2 * HOUR,
  },
  {
    key: 'dfu Photon DFU Mode',
    name: 'Photon DFU Mode, no unique ID',
    connection: { port: 'usb' },
    seen: NOW - 9 * DAY,
  },
];

/** A board without an ID of its own, a backup of it, and one of another revision of its kind. */
export const unnamed = { ...board, identity: { ...board.identity, key: null } };
const revised: Identity = { ...unnamed.identity, facts: [{ name: 'Revision', value: 'another' }] };
/** A library with backups of boards without an ID. */
export const ofUnnamed: LibraryView = {
  ...EMPTY_LIBRARY,
  storage,
  items: [
    item('like', 'nvs', { kind: 'partition', job: null, of: unnamed.identity }),
    item('unlike', 'fs', { kind: 'partition', job: null, of: revised }),
  ],
};

/** A library with another board's backup only. */
export const others: LibraryView = { ...EMPTY_LIBRARY, storage, items: [left], usage };

/** A browser that denies storage. */
export const fleeting: LibraryView = {
  ...EMPTY_LIBRARY,
  storage: { kind: 'tab', why: storeFailure('storage-denied', { values: { reason: 'access is denied' } }).facts },
  items: [settings],
};

/** Records of another version beside its own, and work in progress. */
export const busy: LibraryView = {
  ...EMPTY_LIBRARY,
  storage,
  items: [settings],
  usage,
  foreign: [{ id: 'f', table: 'backups', why: 'It was written by a later version of Sectorwise.' }],
  busy: 'Encrypting nvs',
};

const wrongPassphrase: FailureFacts = {
  name: 'wrong-passphrase',
  kind: 'refused',
  says: 'This passphrase does not open the backup.',
  next: 'Try again: capital letters and spaces count. Nobody can open it without its passphrase.',
  values: {},
};

/** The last request failed, and the disk is nearly full. */
export const failing: LibraryView = {
  ...EMPTY_LIBRARY,
  storage,
  items: [encrypted],
  usage: { used: 1_960 << 20, quota: 2 * 2 ** 30 },
  failure: wrongPassphrase,
};

/** A job that was killed in the middle of a write. */
export const interrupted: Interrupted = {
  job: 'j1',
  purpose: 'flash',
  says: 'raft-demo-1.5.0.bin to app1',
  alone: 'raft-demo-1.5.0.bin to app1',
  started: NOW - 2 * HOUR,
  extent: {
    total: 412,
    verified: 87,
    begun: 111,
    asBefore: 0,
    incomplete: 0,
    open: { region: REGION, address: 0x2f000, size: 0x1000 },
  },
  image: 'of the unfinished job',
  noResume: null,
  noRollBack: null,
};

/** One in which nothing was erased yet. */
export const hardlyBegun: Interrupted = {
  ...interrupted,
  extent: { total: 412, verified: 0, begun: 0, asBefore: 0, incomplete: 0, open: null },
};

/** A job that restored a backup. */
export const restoring: Interrupted = {
  ...interrupted,
  purpose: 'restore',
  says: 'restore nvs',
  alone: 'Restore nvs',
  started: NOW - 3 * MINUTE,
  extent: {
    total: 21,
    verified: 20,
    begun: 21,
    asBefore: 0,
    incomplete: 0,
    open: { region: REGION, address: 0x1d000, size: 0x1000 },
  },
};

const changed: Refusal = {
  kind: 'board-changed',
  place: { in: 'flash', range: { region: REGION, address: 0x2f000, size: 0x1000 } },
  values: { units: 3 },
  says: 'The board was written by something else since: 3 erase units hold neither what they held nor what they were to hold.',
  next: 'Abandon this job, and choose the file again.',
};
const unkept: Refusal = {
  kind: 'bytes-not-kept',
  place: { in: 'flash', range: { region: REGION, address: 0x1d0000, size: 0x1b0000 } },
  values: { lost: '1.1 MiB' },
  says: 'What 111 erase units held was not kept: it was given up when the job was agreed to.',
  next: 'Abandon it, and write the old file again if you have it.',
};

/** A job that can be neither resumed nor rolled back. */
export const refused: Interrupted = { ...interrupted, noResume: changed, noRollBack: unkept };

/** A rollback that can only be resumed. */
export const rollingBack: Interrupted = {
  ...interrupted,
  purpose: 'roll-back',
  says: 'restore the previous content',
  alone: 'Restore the previous content',
  extent: { total: 111, verified: 111, begun: 111, asBefore: 0, incomplete: 0, open: null },
  noRollBack: { ...unkept, says: 'A rollback is not undone.', next: 'Resume it, or leave it as it is.' },
};

/** What a plan backs up, and that it gives up the app that was there. */
export const cost: BackupCost = {
  read: 524_288,
  ms: 6_000,
  stored: 90_112,
  lost: [
    { region: REGION, address: 0x20000, size: 0x11000 },
    { region: REGION, address: 0x41000, size: 0x80000 },
  ],
};
