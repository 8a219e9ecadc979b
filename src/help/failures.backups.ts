/** Help on what is kept of a board: in this browser, in files, and under a passphrase. */
import type { Help } from './help.ts';

const SAVED_BADLY = 'A download or a copy ended early, or the stick or disk that it lay on is failing.';
const CHANGED = 'It was changed by hand or by another program.';
const ANOTHER_COPY = 'Take another copy of the file, from where it was saved first.';

/** By the failure's name. */
export const BACKUP_HELP: Readonly<Record<string, Help>> = {
  'read-unsure': {
    what: 'What is about to be overwritten is asked for twice: its bytes, and its digest or its bytes again. Here the two answers do not fit each other, so nobody knows what is to be kept. It was not erased.',
    why: [
      'The cable or the adapter loses bytes.',
      'The program on the board ran meanwhile and wrote there.',
      'The flash chip gives other bytes each time: it is failing.',
    ],
    todo: [
      'Plug the board straight into the computer, with a short cable, and flash again.',
      'If it is the same place each time, the flash chip is failing there: put the file at another place.',
    ],
  },
  'storage-full': {
    what: 'Before bytes of the board are overwritten, they are kept in this browser. There is no room for them. What was not kept was not overwritten.',
    why: [
      'The disk of this computer is nearly full: a browser gives pages a share of what is free.',
      'Many backups of large boards are kept.',
      'In a private window a browser gives pages little room.',
    ],
    todo: [
      'Export the backups that matter, then delete those that this browser need not keep.',
      'Free space on the disk.',
      'Go on with the job: it continues where it stopped.',
    ],
  },
  'storage-failed': {
    what: 'The browser keeps backups and the records of jobs, and it refused to. Work on the board stops where it would be unsafe without them.',
    why: [
      'Another tab of Sectorwise works on the same job, or has a newer version of the app open.',
      'The browser’s data for this page are damaged, or were deleted while it was open.',
      'The disk of this computer fails.',
    ],
    todo: [
      'Close all other tabs of Sectorwise and reload this page.',
      'Connect the board again: the job is offered as far as it came.',
      'If it stays, export your backups, then delete the data of this page in the browser’s settings.',
    ],
  },
  'content-gone': {
    what: 'A record says that bytes are kept in this browser. They are not there any more, or their digest says that they are other bytes. Bytes that are not certain are never written to a board.',
    why: [
      'The browser has cleared data of this page: by itself, when the disk was full, or because someone asked it to.',
      'The disk of this computer fails.',
    ],
    todo: [
      'If you have exported the backup, import the file: its bytes are put back where they are missing.',
      'Else leave the job and flash the files again.',
    ],
  },
  'backup-gone': {
    what: 'You asked for something to be done with a backup, and this browser does not have it.',
    why: ['It was deleted in another tab.', 'The browser has cleared data of this page.'],
    todo: ['If you have exported it, import the file.'],
  },
  'backup-in-use': {
    what: 'The backup is what an unfinished job has overwritten, and the only way back for the board. It stays, and stays open, until the job has ended.',
    why: ['The job was interrupted, and was neither gone on with, undone nor left.'],
    todo: [
      'Connect the board: what can be done about the job is offered there.',
      'If you do not have the board any more, export the backup; the file can be sealed at once.',
    ],
  },
  'backup-sealed': {
    what: 'A backup has one passphrase. Giving it a second one means opening it with the first.',
    why: ['The backup was sealed in this browser, or imported from a sealed file.'],
    todo: [
      'To save it as it is, export it without a passphrase: the file is sealed with the one that it has.',
      'To change the passphrase, open the backup, then seal it again.',
    ],
  },
  'backup-differs': {
    what: 'A backup is known by its id, and the file has the id of one that this browser keeps. They are not known to be the same, so the one that is here was left as it is.',
    why: [
      'The one is sealed and the other is open: what is in a sealed one cannot be compared.',
      'The backup was exported before its job had ended, and has grown since.',
      'Someone has changed the file.',
    ],
    todo: [
      'If the one that is here is good, you need no file.',
      'Else export the one that is here, to be sure, delete it, and import the file again.',
    ],
  },
  'bundle-foreign': {
    what: 'The file is not of the kind that Sectorwise exports. It was not opened any further.',
    why: [
      'Another file was chosen: firmware, or an archive of something else.',
      'The file was packed anew, and its names have changed.',
    ],
    todo: [
      'Choose a file whose name begins with “sectorwise-backup”.',
      'To put firmware onto a board, connect it and drop the file there.',
    ],
  },
  'bundle-version': {
    what: 'The file says of itself that it has another form than this version of Sectorwise knows. It does not guess what is meant.',
    why: ['It was made by a newer version of Sectorwise.'],
    todo: ['Reload the page to get the newest version.', 'Import the file again.'],
  },
  'bundle-damaged': {
    what: 'The file was made by Sectorwise, and is not as it was made: each byte of it is covered by a digest, and one does not fit. A backup is taken in whole or not at all.',
    why: [SAVED_BADLY, CHANGED],
    todo: [
      ANOTHER_COPY,
      'If there is none, the file is a plain ZIP archive: other programs may get those parts out of it that are still good.',
    ],
  },
  'bundle-wrong': {
    what: 'The list of what is in the backup says something that no list of ours says: a place outside of the flash, the same place twice, a number that is none.',
    why: [CHANGED, 'The file does not come from Sectorwise at all.'],
    todo: [ANOTHER_COPY, 'Do not use a backup that you do not know the origin of: it decides what your board runs.'],
  },
  'bundle-too-large': {
    what: 'The file tells of more bytes than any board’s flash has. It was not unpacked.',
    why: ['It is another kind of file.', 'It was made to fill the memory of whoever opens it.'],
    todo: ['Choose a file that Sectorwise has exported.'],
  },
  'passphrase-empty': {
    what: 'A backup was to be sealed with a passphrase of nothing, or of spaces alone. Nothing was changed.',
    why: ['The field was left empty.'],
    todo: [
      'Type several words that nobody would guess, and keep them where you find them again.',
      'To export without a seal, choose that: Wi-Fi passwords in the backup can then be read by whoever has the file.',
    ],
  },
  'seal-not-opened': {
    what: 'The passphrase and the file do not belong together. Nothing can tell which of the two is wrong: that is what makes the seal a good one.',
    why: ['The passphrase is another one, or has a typing error.', CHANGED, SAVED_BADLY],
    todo: [
      'Type the passphrase again; look at the keyboard’s language and at Caps Lock.',
      ANOTHER_COPY,
      'Without the passphrase nobody can open it, and we cannot either.',
    ],
  },
  'seal-damaged': {
    what: 'The part of a sealed file that can be read without its passphrase cannot be read.',
    why: [SAVED_BADLY, CHANGED],
    todo: [ANOTHER_COPY],
  },
  'seal-unknown': {
    what: 'The file names a way of sealing that this version does not know, or one that would keep this computer busy for very long.',
    why: ['It was made by a newer version of Sectorwise.', 'It was made to do harm.'],
    todo: ['Reload the page to get the newest version.', 'If the file is not your own, do not use it.'],
  },
};
