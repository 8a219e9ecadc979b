/** The refusals and questions of a session. */
import { count } from '../flash/english.ts';
import type { RefusalKind, Values } from '../flash/finding.ts';
import { refusals } from '../flash/finding.ts';

/** Where a partition was that a backup has, and whose flash that is now. */
function placeThen({ partition, was, now, layout }: Values): string {
  if (layout === 'unread')
    return `This board cannot be read, so its layout is not known. In the backup, ${partition} is ${was}.`;
  return layout === 'another'
    ? `This board’s layout is not that of the backup: there ${partition} is ${was}. Here these addresses belong to ${now}.`
    : `The layout has changed since this backup: ${partition} was ${was}. Now these addresses belong to ${now}.`;
}

/** What becomes of a partition that has another place now, and what speaks for the other way. */
function elsewhere({ partition, goes, held, size, into, there, empty }: Values): string {
  const isBlank = held === 'blank';
  const isFilled = !isBlank && held !== 'no app';
  const isDone = empty === 'yes';
  if (goes === 'old') {
    const other = isFilled ? `write it to ${into} instead.` : `erase what is in ${into} instead.`;
    const stays = `write nothing: ${into} ${isBlank ? 'is already blank' : 'already has no app'}.`;
    return `It goes to its old addresses${andOverwrites(there)}. Clear the box to ${isDone ? stays : other}`;
  }
  const then = isFilled
    ? `Its content, ${size}, goes to ${into}.`
    : isBlank
      ? `${partition} was blank then${isDone ? `, and ${into} is blank now, too` : `: what is in ${into} now is erased`}.`
      : `${partition} had no app then${isDone ? `, and ${into} has none now` : `: an app that is in ${into} now is erased`}.`;
  const costs = there === '' ? '' : `: that overwrites ${there}`;
  return `${then} Write it to its old addresses only if it must be there${costs}.`;
}

/** What goes to its old addresses overwrites there, as the end of a clause; empty where that is nothing. */
function andOverwrites(there: Values[string] | undefined): string {
  return there === '' ? '' : `, and overwrites ${there}`;
}

/** What becomes of a partition that has no place for its content now. */
function nowhere({ why, goes, there }: Values): string {
  const layout =
    'if you bring the old layout back too: with a backup that has the old partition table, or in the Layout view';
  const costs = there === '' ? '' : ` That overwrites ${there}.`;
  return goes === 'old'
    ? `${why} It goes to its old addresses${andOverwrites(there)}. The firmware finds it there only ${layout}.`
    : `${why} So it is left out. Write it to its old addresses only ${layout}.${costs}`;
}

/** The register of a session's refusals and questions. */
export const SESSION_REFUSALS = {
  'same-board': {
    says: (v) =>
      `A write to a board like this one was interrupted, and that job still has to put back ${v['bytes']}. This ` +
      'board has no unique ID, so Sectorwise cannot tell whether it is the same one.',
    next:
      'If this is a different board, press “Abandon” above first: nothing is then put back, and the saved bytes ' +
      'stay in your backups.',
    consent: 'This is the same board: put these bytes back.',
  },
  'job-elsewhere': {
    says: () => 'Another tab of this browser is working on this board, or on one with the same identity.',
    next: 'Continue in that tab, or close it and connect again here.',
  },
  'other-map': {
    says: () => 'This board’s flash does not have the erase units that the interrupted job was planned for.',
    next: 'Abandon the job and flash again: the new plan starts from what is on the board now.',
  },
  'no-way-back': {
    says: (v) =>
      `The previous content of ${count(v['units'], 'erase unit')} could not be read or was not backed up, so the ` +
      'job cannot be rolled back completely.',
    next: 'Resume the job, or abandon it and flash something else.',
  },
  'is-way-back': {
    says: () => 'This job is already a rollback.',
    next: 'Resume it to restore the previous content, or abandon it to leave the board as it is.',
  },
  'kept-changed': {
    says: (v) =>
      `Bytes at ${v['address']} that the job was to keep have changed since it was interrupted: something else ` +
      'wrote to this board.',
    next: 'Abandon the job and flash again: the new plan keeps what is on the board now.',
  },
  'equal-changed': {
    says: (v) =>
      `The flash at ${v['address']} was equal to what the job writes and has changed since it was interrupted: something ` +
      'else wrote to this board.',
    next: 'Abandon the job and flash again: the new plan writes there, too.',
  },
  'kept-gone': {
    says: (v) =>
      `Bytes that the interrupted job was to put back at ${v['address']} are missing or damaged in this browser’s ` +
      'storage.',
    next:
      'Roll back if that is offered. Otherwise abandon the job and flash again: those bytes are lost, and what is ' +
      'on the board now stays.',
  },
  'moves-unfinished': {
    says: () =>
      'A job that moves partitions on this board, or rewrites their content for another size, is unfinished: what they ' +
      'hold is partly as it was, partly as it will be, and partly only in this browser.',
    next: 'Resume the job, or roll it back. Then plan this again.',
  },
  'edits-unfinished': {
    says: (v) =>
      `A job that writes to ${v['partition']} is unfinished: one part of its content is old and the other new, so nothing ` +
      'in it can be changed.',
    next: 'Resume the job, or roll it back. Your changes are then applied to what is there.',
  },
  'not-that-board': {
    says: (v) =>
      `This is not the interrupted board, or something else has written to it since: the bytes at ${v['address']} ` +
      'differ.',
    next: 'If it is the same board, abandon the job and flash again, or restore its backup.',
  },
  'cannot-tell': {
    says: () =>
      'Nothing on this board distinguishes it from others of its kind, so Sectorwise cannot confirm that it is the ' +
      'interrupted one.',
    next: 'If you know that it is, restore the job’s backup, or abandon the job and flash again.',
  },
  'backup-of-other-kind': {
    says: (v) => `This backup is from a different kind of board (${v['board']}) and cannot be restored to this one.`,
    next: 'Connect the board it was made from, or an identical model.',
  },
  'backup-encryption-differs': {
    says: (v) => `The flash was ${v['was']} when this backup was made; this board’s flash is ${v['is']}.`,
    next: 'Flash the files themselves: the board encrypts them while it writes, if it encrypts.',
  },
  'backup-fits-elsewhere': {
    says: (v) => placeThen(v),
    next: elsewhere,
    consent: 'Write it to its old addresses instead.',
  },
  'backup-place-changed': {
    says: (v) => placeThen(v),
    next: nowhere,
    consent: 'Write it to its old addresses all the same.',
  },
  'backup-not-writable': {
    says: () => 'This board does not allow writes to any address in this backup.',
    next: 'Export the backup to keep a copy elsewhere.',
  },
  'nothing-to-back-up': {
    says: (v) => `A backup of ${v['what']} cannot be made. ${v['why']}`,
    next: (_, at) =>
      at.either(
        'Choose a partition in the table of what is on the board now, or back up the whole flash.',
        'Make the bundle of files instead.',
      ),
  },
  'nothing-to-erase': {
    says: (v) => `This board has no flash at ${v['address']} (${v['size']}), so there is nothing to erase.`,
    next: 'Choose a partition on the flash map, or type a range of this board’s flash.',
  },
  'units-cut': {
    says: (v) =>
      `${v['range']} is not of whole erase units. ${v['units']} is erased, and what is in it outside your range is ` +
      'read first and written back.',
    next: 'To erase whole units instead, choose “Whole erase units” beside the range.',
    consent: 'Erase just this range, and write back what is next to it.',
  },
  'bootloader-erased': {
    says: (v) => `${v['partition']} holds the bootloader. Without it the board starts nothing, so it is not erased.`,
    next:
      'To replace it, drop the bootloader of your build: the plan then erases and writes it. To empty a board that is not ' +
      'protected, choose “Erase the whole flash”.',
  },
  'start-erased': {
    says: (v) => `The board needs ${v['partition']} to start what it starts now: ${v['why']}.`,
    next: 'The plan says what starts afterwards. If nothing does, flash firmware before you use the board again.',
    consent: 'Erase it. The board need not start what it starts now.',
  },
  'content-erased': {
    says: (v) => `What ${v['partition']} holds is erased. ${v['holds']}`,
    next: (_, at) => at.kept,
    consent: 'Erase this content.',
  },
  'backup-of-another': {
    says: (v) =>
      `${v['what']} is from another board (${v['board']}). ` +
      (v['personal'] === ''
        ? `What it writes to ${v['partitions']} was made for that board: what is wired to this one may differ.`
        : `${v['personal']} may hold that board’s own name, keys and calibration.`),
    next: (v) =>
      v['personal'] === ''
        ? 'Write it only if both boards are built alike.'
        : 'Write it only if this board is to replace the other one.',
    consent: 'Write the other board’s bytes to this board.',
  },
} as const satisfies Record<string, RefusalKind>;

/** Makes one of a session's refusals or questions. */
export const sessionRefusal = refusals<keyof typeof SESSION_REFUSALS>(SESSION_REFUSALS);
