/** Help on backups: in this browser, in files, and encrypted with a passphrase. */
import type { Help } from './help.ts';

const SAVED_BADLY = 'A download or a copy was interrupted, or the drive that the file was on is failing.';
const CHANGED = 'The file was edited by hand or by another program.';
const ANOTHER_COPY = 'Get another copy of the file from where it was first saved.';

/** Help texts by failure name. */
export const BACKUP_HELP: Readonly<Record<string, Help>> = {
  'read-unsure': {
    what: 'Before content is overwritten, it is read twice, or read once and compared with its digest. Here the two results differ, so Sectorwise does not know what to back up. That content was not erased.',
    why: [
      'The cable or the USB-UART bridge loses bytes.',
      'The program on the board ran in the meantime and wrote there.',
      'The flash chip returns different bytes each time: it is failing.',
    ],
    todo: [
      'Plug the board directly into the computer, with a short cable, and flash again.',
      'If it is the same place each time, the flash is failing there: write the file to another place.',
    ],
  },
  'storage-full': {
    what: 'Before flash content is overwritten, it is backed up in this browser. There is no room left for it. Nothing that is not backed up was overwritten.',
    why: [
      'This computer’s disk is nearly full: a browser gives each page a share of the free space.',
      'Many backups of large boards are stored.',
      'In a private window, a browser gives pages little storage.',
    ],
    todo: [
      'Export the backups that you need, then delete those that this browser does not have to store.',
      'Free disk space.',
      'Resume the job: it continues where it stopped.',
    ],
  },
  'storage-failed': {
    what: 'The browser stores backups and job records, and this failed. Sectorwise stops where continuing without them would be unsafe.',
    why: [
      'Another Sectorwise tab works on the same job, or runs a newer version of the app.',
      'The browser’s data for this page is damaged, or was deleted while the page was open.',
      'This computer’s disk is failing.',
    ],
    todo: [
      'Close all other Sectorwise tabs and reload this page.',
      'Connect the board again: the interrupted job is shown with its progress.',
      'If the error persists, export your backups, then delete this page’s data in the browser’s settings.',
    ],
  },
  'storage-newer': {
    what: 'A newer version of Sectorwise has changed the form in which this browser stores backups and jobs. The version in this tab does not touch them.',
    why: [
      'The page was updated and is open in another tab, or was open earlier.',
      'This tab was open before the update, or the browser showed an older copy of the page.',
    ],
    todo: ['Reload this page.', 'If the message stays, close all other tabs and reload without the browser’s cache.'],
  },
  'storage-blocked': {
    what: 'This version has to change the form in which backups and jobs are stored, and another tab with an older version keeps them open.',
    why: [
      'A Sectorwise tab has been open since before the update.',
      'That tab is frozen by the browser to save memory, so it cannot release the storage.',
    ],
    todo: ['Close every other Sectorwise tab and window.', 'Reload this page.'],
  },
  'storage-hung': {
    what: 'The browser accepted a request to read or store backups or job records, and did not answer. Sectorwise does not write to a board what it could not record.',
    why: [
      'Another tab of this site keeps the storage locked.',
      'This computer’s disk is very busy, full, or failing.',
      'The browser’s storage process has stopped working.',
    ],
    todo: [
      'Close all other Sectorwise tabs and reload this page.',
      'Restart the browser.',
      'Connect the board again: an interrupted job is shown with its progress, and can be resumed.',
    ],
  },
  'storage-denied': {
    what: 'The browser refuses to store anything for this page. Everything works, but backups and unfinished jobs are lost when the tab closes.',
    why: [
      'The page is open in a private window.',
      'Cookies or site data are blocked for this site, by a setting or by an organisation’s policy.',
    ],
    todo: [
      'Open Sectorwise in an ordinary window.',
      'Allow this site to store data in the browser’s settings, then reload the page.',
      'Otherwise export backups before you close the tab.',
    ],
  },
  'storage-deleted': {
    what: 'Backups and job records were deleted from this browser while the page was open.',
    why: [
      'The browser’s data for this site was cleared, by hand or by a setting that clears it regularly.',
      'The browser freed disk space.',
    ],
    todo: [
      'Import exported backups, if there are any.',
      'If a job was running, check the board’s partitions and flash again what is incomplete.',
    ],
  },
  'content-gone': {
    what: 'A record refers to bytes in this browser’s storage that are missing or no longer match their digest. Sectorwise never writes such bytes to a board.',
    why: [
      'The browser cleared this page’s data: on its own, because the disk was full, or because a user asked it to.',
      'This computer’s disk is failing.',
    ],
    todo: [
      'If you exported the backup, import the file: the missing bytes are restored from it.',
      'Otherwise abandon the job and flash the files again.',
    ],
  },
  'backup-gone': {
    what: 'The backup that you selected is no longer in this browser’s storage.',
    why: ['It was deleted in another tab.', 'The browser cleared this page’s data.'],
    todo: ['If you exported it, import the file.', 'Otherwise it cannot be recovered.'],
  },
  'backup-in-use': {
    what: 'The backup holds what an unfinished job has overwritten, and is needed to roll that job back. It can be neither deleted nor encrypted until the job has ended.',
    why: ['The job was interrupted and was neither resumed, rolled back nor abandoned.'],
    todo: [
      'Connect the board, then resume the job, roll it back or abandon it.',
      'If you no longer have the board, export the backup; you can encrypt the exported file.',
    ],
  },
  'backup-encrypted': {
    what: 'A backup has one passphrase. To set another one, it must first be decrypted with the current one.',
    why: ['The backup was encrypted in this browser, or imported from an encrypted file.'],
    todo: [
      'To save it as it is, export it without a new passphrase: the file keeps the current one.',
      'To change the passphrase, decrypt the backup, then encrypt it again.',
    ],
  },
  'backup-partial': {
    what: 'A plain file holds every byte of a range, one after the other, so it cannot say that some are missing.',
    why: [
      'The board did not show those bytes when the backup was made: they are encrypted, or reading them is not allowed.',
      'The backup holds only what a job was about to overwrite.',
    ],
    todo: [
      'Export the backup instead: the file lists the bytes that it holds.',
      'Connect the board and save a partition that can be read completely.',
    ],
  },
  'backup-differs': {
    what: 'Every backup has an ID, and the file has the same ID as a backup in this browser but may have different content. The stored backup was not changed.',
    why: [
      'One of them is encrypted and the other is not, so their content cannot be compared.',
      'The backup was exported before its job had ended, and has grown since.',
      'The file was changed.',
    ],
    todo: [
      'If the stored backup is the one you want, you do not need the file.',
      'Otherwise export the stored backup to be safe, delete it, and import the file again.',
    ],
  },
  'backup-file-foreign': {
    what: 'The file is not a Sectorwise export. It was not read any further.',
    why: [
      'You chose another file, such as firmware or an unrelated archive.',
      'The archive was repacked with different file names.',
    ],
    todo: [
      'Choose a file whose name starts with “sectorwise-backup”.',
      'To write firmware to a board, connect it and drop the file there.',
    ],
  },
  'backup-file-version': {
    what: 'The file has a backup format that this version of Sectorwise does not know.',
    why: ['It was made by a newer version of Sectorwise.'],
    todo: ['Reload the page to get the latest version.', 'Import the file again.'],
  },
  'backup-file-damaged': {
    what: 'The file was made by Sectorwise but has changed since: its content is protected by digests, and one of them does not match. A backup is imported completely or not at all.',
    why: [SAVED_BADLY, CHANGED],
    todo: [
      ANOTHER_COPY,
      'If there is none, the file is an ordinary ZIP archive: other programs may be able to extract the undamaged parts.',
    ],
  },
  'backup-file-wrong': {
    what: 'The backup’s manifest contains values that Sectorwise never writes, such as an address outside the flash, the same address twice, or an invalid number.',
    why: [CHANGED, 'The file was not made by Sectorwise.'],
    todo: [ANOTHER_COPY, 'Do not use a backup of unknown origin: it determines what your board runs.'],
  },
  'backup-file-too-large': {
    what: 'The file claims more content than any supported flash can hold. It was not unpacked.',
    why: ['It is a different kind of file.', 'It was made to exhaust the memory of the computer that opens it.'],
    todo: ['Choose a file that Sectorwise exported.', 'If you do not know where the file comes from, delete it.'],
  },
  'passphrase-empty': {
    what: 'You asked to encrypt a backup, but the passphrase is empty or contains only spaces. Nothing was changed.',
    why: ['The field was left empty.'],
    todo: [
      'Enter several words that are hard to guess, and store them where you can find them again.',
      'You can also export without a passphrase: anyone with the file can then read the Wi-Fi passwords in it.',
    ],
  },
  'backup-not-decrypted': {
    what: 'The passphrase does not match the file. Sectorwise cannot tell whether the passphrase is wrong or the file was changed: the encryption does not reveal it.',
    why: ['The passphrase is a different one, or has a typing error.', CHANGED, SAVED_BADLY],
    todo: [
      'Enter the passphrase again; check the keyboard layout and Caps Lock.',
      ANOTHER_COPY,
      'Without the passphrase, nobody can decrypt the file, and neither can we.',
    ],
  },
  'encrypted-backup-damaged': {
    what: 'The header of the encrypted file, which is readable without the passphrase, is damaged.',
    why: [SAVED_BADLY, CHANGED],
    todo: [ANOTHER_COPY, 'If there is no other copy, the backup cannot be recovered.'],
  },
  'encrypted-backup-unknown': {
    what: 'The file uses an encryption method that this version does not know, or one that would take this computer very long.',
    why: ['It was made by a newer version of Sectorwise.', 'It was crafted to block the computer that opens it.'],
    todo: ['Reload the page to get the latest version.', 'If the file is not yours, do not use it.'],
  },
};
