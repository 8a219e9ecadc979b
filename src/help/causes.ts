import type { Explained } from './explained.ts';
import type { HelpedProblem } from './problems.ts';

/** Background on refusals, questions and findings whose own words leave the cause open, by kind. */
export const CAUSES: Readonly<Record<Exclude<Explained, HelpedProblem>, string>> = {
  'no-such-file':
    'The list on the page is from an earlier reading, and the firmware may have changed its files since. Read the board again to list what it holds now.',
  'no-such-region': 'The place was chosen on a board with a different flash map.',
  'past-the-end': 'Addresses past the end of the flash wrap around: the data would overwrite the bootloader.',
  guarded: 'The flash map allows writes there, but something else on the chip uses these bytes.',
  'neighbour-unknown':
    'Flash can only be erased in whole erase units. Bytes of the unit that are not in the file must be read first and written back, and here they cannot be read.',
  'files-overlap': 'Two files, or a merged image and one of its parts, are set to the same place.',
  'not-an-app':
    'An app image starts with the byte E9 and a list of segments. ELF, HEX and other build files have a different format.',
  'app-damaged':
    'An app image contains a checksum and usually a SHA-256. The bootloader rejects an image that does not match them.',
  'wrong-chip': 'Every image names the chip it was built for, and the bootloader rejects images for other chips.',
  'chip-too-old': 'Every image names the lowest chip revision it runs on. The bootloader and the app check it.',
  'chip-too-new': 'Every image names the highest chip revision that its ESP-IDF version supports.',
  'app-too-large': 'An app runs from a single partition and must not extend into the next one.',
  'bootloader-too-large': 'The partition table follows the bootloader at a fixed address.',
  'table-damaged': 'The table contains an MD5 of its rows, and it does not match: at least one byte has changed.',
  'board-table-past-header':
    'The bootloader takes the flash size from its own header, not from the chip. It rejects a whole table if one partition extends past that size.',
  'table-past-header':
    'The bootloader takes the flash size from its own header, not from the chip. It rejects a whole table if one partition extends past that size.',
  'partitions-lost':
    'A partition table only says where partitions are. Writing it moves no data, so the old content is not found at the new addresses.',
  'padding-erases':
    'A merged image fills the gaps between its parts with FF. Writing those gaps erases what the board stores there, such as Wi-Fi settings.',
  'two-starts': 'The otadata partition selects exactly one app slot.',
  'plain-on-encrypted':
    'The eFuse that disables encryption during a serial download is burnt (release mode). Data is written to the flash unchanged, and the chip then decrypts it to garbage.',
  'chip-encrypts':
    'The chip encrypts with a key that cannot be read out. The flash then holds ciphertext, which cannot be compared with your file.',
  'ciphertext-moved':
    'The address is part of the encryption: the same bytes decrypt to something else at another address.',
  'secure-boot-low':
    'The signed bootloader and the data that secure boot trusts are stored below the partition table. If the chip does not accept its bootloader, it starts nothing, and this cannot be undone.',
  'app-unsigned':
    'With secure boot, the bootloader checks a signature block after the app. The digest of its key is in the chip’s eFuses.',
  'erase-all': 'You chose to erase everything. Settings, files and update slots are erased too.',
  'quad-mode':
    'QIO and QOUT use two more wires to the flash. If the board uses those pins for something else, or the flash is not set up for it, the ROM cannot read the bootloader.',
  'bootloader-missing':
    'The ROM loads the bootloader from one fixed address per chip. What is there does not start with the byte E9.',
  'bootloader-blank':
    'The chip is new, or its flash was erased. The ROM loads the bootloader from one fixed address per chip.',
  'looks-encrypted':
    'The content looks random, as ciphertext does, and the chip’s flash encryption setting could not be read.',
  'nothing-readable':
    'Secure Download Mode is burnt into the chip. Its loader accepts writes and a few queries but does not read the flash.',
  'stub-silent':
    'The flasher stub is loaded into the chip’s RAM before anything else. A noisy line corrupts it, a reset interrupts it, and a few boards cannot run it at all.',
  'header-size-past-chip': 'The header was made for a larger flash chip than the one on this board.',
  'another-board': 'You reconnected to the previous board, but its port now belongs to a different one.',
  'job-elsewhere': 'Two tabs that write to the same board would undo each other’s work.',
  'other-map':
    'The flash size is read again at each connection. Either this is a different board, or another flash size was assumed then.',
  'no-way-back':
    'You chose not to back up apps, or the board’s content cannot be read: read protection, Secure Download Mode or flash encryption.',
  'is-way-back': 'A rollback only overwrites what the interrupted write left behind, so there is nothing to restore.',
  'kept-changed': 'The board was started in the meantime and its firmware wrote there, or another tool did.',
  'equal-changed': 'The board was started in the meantime and its firmware wrote there, or another tool did.',
  'kept-gone': 'Part of the browser’s data was deleted, or this computer’s disk returned different bytes.',
  'not-that-board':
    'Boards of this kind have no unique ID. Sectorwise recognises them by flash content that the job does not change.',
  'cannot-tell': 'The job was to write the whole flash, so no unchanged content is left to recognise the board by.',
  'backup-of-other-kind': 'A backup consists of erase units at addresses, which do not exist on a different chip.',
  'backup-not-writable':
    'Bootloaders and other areas that keep the board alive are protected, by the board or by Sectorwise.',
  'backup-of-another':
    'Some flash content is programmed for one board alone, such as its name and keys, and firmware is built for what is wired to it.',
};
