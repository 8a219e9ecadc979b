/** What a session asks before it goes on, worded once. */
import type { RefusalKind } from '../flash/finding.ts';
import { refusals } from '../flash/finding.ts';

/** The register of a session's questions. */
export const SESSION_REFUSALS = {
  'same-board': {
    says: (v) =>
      `A write to a board like this one was interrupted, and ${v['bytes']} that it promised to keep are still to be put ` +
      'back. This board does not say which one it is.',
    next: 'If it is another board, press “Leave it” above first: then nothing is put back, and what was kept stays among the backups.',
    consent: 'This is that board: put these bytes back.',
  },
  'job-elsewhere': {
    says: () => 'Another tab of this browser is working on this board, or on one that says the same of itself.',
    next: 'Go on in that tab, or close it and connect again here.',
  },
  'other-map': {
    says: () => 'The flash of this board is not made of the erase units that the interrupted job was planned for.',
    next: 'Leave the job, and flash again: the new plan starts from what is there now.',
  },
  'no-way-back': {
    says: (v) =>
      `What the board held in ${v['units']} of the erase units that were begun was not kept: it could not be read, or was not wanted.`,
    next: 'Resume the job, or leave it and flash something else.',
  },
  'is-way-back': {
    says: () => 'This is a roll back already.',
    next: 'Resume it: then the board is as it was before. Or leave it as it is.',
  },
  'kept-changed': {
    says: (v) =>
      `Bytes that were to stay have changed since the job was interrupted, at ${v['address']}: something else wrote to this board.`,
    next: 'Leave the job, and flash again: the new plan keeps what is there now.',
  },
  'kept-gone': {
    says: (v) =>
      `Bytes that the interrupted job promised to put back at ${v['address']} are not in this browser any more, or are damaged.`,
    next: 'Roll the job back if that is offered. Else leave it, and flash again: then these bytes are lost, and what is on the board now stays.',
  },
  'not-that-board': {
    says: (v) =>
      `This is not the board that was interrupted, or something else wrote to it since: it holds other bytes at ${v['address']}.`,
    next: 'If it is that board, leave the job and flash again, or restore its backup.',
  },
  'cannot-tell': {
    says: () =>
      'Nothing on this board tells it from others of its kind, so nobody can say that it is the one that was interrupted.',
    next: 'If you know that it is, restore the job’s backup, or leave the job and flash again.',
  },
  'backup-of-other-kind': {
    says: (v) => `This backup is of another kind of board (${v['board']}): it cannot go onto this one.`,
    next: 'Connect the board that it is of, or one that is equal to it.',
  },
  'backup-not-writable': {
    says: () => 'Nothing of this backup can be written to this board: it does not allow writing there.',
    next: 'Export the backup to keep it elsewhere.',
  },
  'backup-of-another': {
    says: (v) =>
      `This backup is of another board (${v['board']}). It may hold what belongs to that one alone: its name, its keys, its calibration.`,
    next: 'Restore it if this board is to take the other’s place.',
    consent: 'Put the other board’s bytes onto this one.',
  },
} as const satisfies Record<string, RefusalKind>;

/** Makes one of a session's questions. */
export const sessionRefusal = refusals<keyof typeof SESSION_REFUSALS>(SESSION_REFUSALS);
