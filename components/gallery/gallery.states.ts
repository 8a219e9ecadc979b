/** The states of a session in the gallery, from recorded data: the works that elements show, and the whole app by `?app=<state>`. */
import type {
  ContainerView,
  FileView,
  ImageChanges,
  Interrupted,
  SessionState,
  Work,
} from '../../src/session/state.ts';
import type { BoardOffer } from '../board-chooser/board-chooser.ts';
import { askKey } from '../../src/flash/finding.ts';
import * as data from './fixtures.ts';

/** A connected session. */
const together = (
  work: Work,
  board = data.board,
  files: readonly FileView[] = [data.file],
  containers: readonly ContainerView[] = [],
  interrupted: Interrupted | null = null,
  image: ImageChanges | null = null,
): SessionState => ({
  kind: 'connected',
  board,
  files,
  containers,
  work,
  interrupted,
  ...(image !== null && { image }),
});
const purpose = { kind: 'flash' } as const;
const restore = { kind: 'restore', backup: 'nvs', name: 'nvs' } as const;
const rollBack = { kind: 'roll-back', job: 'j1' } as const;
const unprovable = data.allUnproved.length;
/** A job that is being carried out. */
export const flashing: Extract<Work, { kind: 'flashing' }> = {
  kind: 'flashing',
  purpose,
  plan: data.plan,
  layout: data.layout,
  unprovable: 0,
  progress: data.progress('Writing 0x84000 to 0xA3FFF in app0', 0.41),
  units: data.unitStates(98),
  stopping: false,
};
const starting: Work = {
  kind: 'starting',
  purpose,
  plan: data.plan,
  layout: data.layout,
  units: data.allVerified,
  bootLog: data.bootLog.slice(0, 420),
};
const surveying: Work = { kind: 'surveying', progress: data.progress('Looking at what app0 holds', 0.6) };
const refused: Work = { kind: 'refused', purpose, refusals: [data.refusal] };
const asking: Work = { ...data.planned, asks: [data.ask] };

/** Works before a job begins, by what is planned. */
export const plans: readonly (readonly [name: string, work: Work])[] = [
  ['refused', refused],
  ['planned', data.planned],
  ['asking', asking],
  ['answered', { ...asking, granted: [askKey(data.ask)] }],
  ['unprovable', { ...data.planned, unprovable }],
  ['backup cost', { ...data.planned, backup: data.libraries.cost }],
  ['restore', { ...data.planned, purpose: restore, backup: { ...data.libraries.cost, lost: [] } }],
  ['roll back', { ...data.planned, purpose: rollBack, backup: { ...data.libraries.cost, read: 0, lost: [] } }],
  ['nothing to do', { ...data.planned, plan: data.emptyPlan, summary: 'There is nothing to write.' }],
];
/** Works of a job that runs. */
export const progresses: readonly (readonly [name: string, work: Work])[] = [
  ['flashing', flashing],
  ['unproved', { ...flashing, unprovable, units: data.unprovedStates(98) }],
  ['stopping', { ...flashing, stopping: true }],
  ['starting', starting],
];
/** How jobs end. */
export const outcomes = ['verified', 'unproved', 'nothing-to-do', 'wrong', 'beside', 'stopped', 'failed'] as const;
/** Every work that the job bar shows. */
export const bars: readonly (readonly [name: string, work: Work])[] = [
  ['surveying', surveying],
  ...plans,
  ...progresses,
  ...outcomes.map((outcome) => [`ended ${outcome}`, data.ended(outcome)] as const),
  ['ended rolled back', { ...data.ended('verified'), purpose: rollBack }],
];

const unlocking = { kind: 'unlocking', board: 'STM32 (may be F405 or F407)' } as const;
/** A chip that is being unlocked. */
export const unlockings = [
  { ...unlocking, step: 'erasing', part: 0.4 },
  { ...unlocking, step: 'returning', part: null },
] as const;

/** The states of the whole app, by their `?app=` name. */
export const apps: Readonly<Record<string, SessionState>> = {
  apart: { kind: 'disconnected', failure: null },
  'apart-failed': { kind: 'disconnected', failure: data.notTaken },
  connecting: { kind: 'connecting', says: 'Reading the partition table' },
  unlocking: unlockings[0],
  idle: together({ kind: 'idle' }, data.board, []),
  bad: together({ kind: 'idle' }, data.badBoard, []),
  damaged: together({ kind: 'idle' }, data.damagedBoard, []),
  surveying: together(surveying),
  refused: together(refused),
  planned: together(data.planned),
  build: together(data.planned, data.board, data.buildParts, [data.build, data.unreadable]),
  locked: together({ ...data.planned, unprovable }, data.lockedBoard),
  asking: together(asking),
  flashing: together(flashing),
  starting: together(starting),
  verified: together(data.ended('verified')),
  unproved: together(data.ended('unproved')),
  'nothing-to-do': together(data.ended('nothing-to-do')),
  wrong: together(data.ended('wrong')),
  stopped: together(data.ended('stopped'), data.board, [], [], data.interrupted),
  failed: together(data.ended('failed')),
  interrupted: together({ kind: 'idle' }, data.board, [], [], data.interrupted),
  'interrupted-refused': together({ kind: 'idle' }, data.board, [], [], data.libraries.refused),
  'rolling-back': together({ ...data.planned, purpose: rollBack }, data.board, [data.file], [], data.interrupted),
  image: together({ kind: 'idle' }, data.imageBoard, [], [], null, { units: 0, bytes: 0, saved: true }),
  'image-changed': together(data.imageEnded, data.imageBoard, [data.file], [], null, data.imageChanges),
  'rolled-back': together({ ...data.ended('verified'), purpose: rollBack }),
};
/** Virtual boards to choose from. */
export const boards: readonly BoardOffer[] = [
  { id: 'raft', name: 'ESP32, 4 MB, Raft OTA', summary: 'An app in app0, Wi-Fi settings, a file system.' },
  { id: 's3', name: 'ESP32-S3, 8 MB', summary: 'Its own USB device: the port vanishes at reset.', group: 'other-chip' },
  { id: 'photon', name: 'Particle Photon', summary: 'In DFU mode: system firmware, an application.', group: 'dfu' },
  { id: 'c3', name: 'ESP32-C3, 4 MB', summary: 'One app slot, no updates over the air.', group: 'other-chip' },
  { id: 'sdm', name: 'ESP32-C3, locked', summary: 'Secure Download Mode: nothing is read.', group: 'protected' },
  { id: 'table', name: 'ESP32, damaged table', summary: 'One byte is wrong: it does not start.', group: 'unsound' },
  { id: 'otadata', name: 'ESP32, otadata lost', summary: 'Both records are wrong.', group: 'unsound', changed: true },
];
