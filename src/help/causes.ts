/** Why refusals, questions and findings are as they are, where their own words leave that open. By name. */
export const CAUSES: Readonly<Record<string, string>> = {
  'no-such-region': 'The file was placed on a board with another flash map.',
  'past-the-end':
    'Flash ends there: what lies past the end would be written to the beginning again, over the bootloader.',
  guarded: 'The flash map allows it, but something else on the chip uses these bytes.',
  'neighbour-unknown':
    'Flash is erased in whole units. Bytes of a unit that are not in the file have to be read before and put back, and here they cannot be read.',
  'files-overlap': 'Two files, or a merged image and one of its parts, want the same place.',
  'not-an-app':
    'An app begins with the byte E9 and a list of segments. ELF, HEX and other files of a build have another form.',
  'app-damaged':
    'The image carries a checksum and mostly a SHA-256 of itself, and a bootloader refuses what does not match.',
  'wrong-chip': 'Each image names the chip that it was built for, and a bootloader refuses any other.',
  'chip-too-old': 'Each image names the lowest chip revision that it runs on; bootloader and app check it.',
  'chip-too-new': 'Each image names the highest chip revision that its ESP-IDF knew.',
  'app-too-large': 'An app runs from one partition and may not reach into the next.',
  'bootloader-too-large': 'The partition table follows the bootloader at a fixed address.',
  'table-damaged': 'The table has a checksum (MD5) of its own rows, and it does not match. A byte in it has changed.',
  'board-table-past-header':
    'The bootloader takes the size of the flash from its own header, not from the chip. A table that reaches past it is refused whole.',
  'table-past-header':
    'The bootloader takes the size of the flash from its own header, not from the chip. A table that reaches past it is refused whole.',
  'partitions-lost':
    'A partition table only says where things are. It moves nothing, so what lay at the old places is not found at the new ones.',
  'padding-erases':
    'A merged image fills the gaps between its parts with FF. Written as they are, those gaps erase what the board keeps there, such as Wi-Fi settings.',
  'two-starts': 'otadata names one slot. The others wait.',
  'plain-on-encrypted':
    'The fuse that forbids encrypting in the loader is burnt (release mode). Whatever is written arrives as it is, and the chip decrypts it to noise.',
  'chip-encrypts':
    'The chip encrypts with a key that nobody can read. What it holds afterwards is ciphertext, so nothing can be compared with your file.',
  'ciphertext-moved': 'The address is part of the encryption: the same bytes mean something else at another place.',
  'secure-boot-low':
    'Below the partition table lie the signed bootloader and what secure boot trusts. A chip that does not accept its bootloader starts nothing more, and there is no way back.',
  'app-unsigned':
    'With secure boot the bootloader checks a signature that stands behind the app, made with a key whose digest is in the chip’s fuses.',
  'erase-all': 'You chose to erase everything. Settings, files and update slots go with it.',
  'quad-mode':
    'QIO and QOUT use two more wires to the flash. On boards that use those pins otherwise, or with flash that is not set up for it, the ROM cannot read the bootloader.',
  'bootloader-missing':
    'The ROM looks for it at one fixed address for each chip, and finds nothing that begins with E9.',
  'bootloader-blank':
    'The chip is new, or its flash was erased. The ROM looks for the bootloader at one fixed address for each chip.',
  'looks-encrypted':
    'What is there has no pattern at all, as ciphertext has, and the chip was not asked or does not tell whether encryption is on.',
  'nothing-readable':
    'Secure Download Mode was burnt into the chip. Its loader writes and answers a few questions, and reads nothing back.',
  'stub-silent':
    'The program is sent into the chip’s memory before anything else. A noisy line damages it, a reset in between ends it, and a few boards do not run it at all.',
  'header-size-past-chip': 'The header was made for a larger flash chip than this board has.',
  'another-board': 'You asked for the board that was connected before, and its port is now another board’s.',
  'job-elsewhere': 'Two tabs that write to one board would undo each other’s work.',
  'other-map':
    'The size of the flash is told anew at each connection. Another board answers, or the size was assumed otherwise then.',
  'no-way-back':
    'You chose not to keep apps, or the board does not show what it holds: read protection, Secure Download Mode, encryption.',
  'is-way-back': 'What it overwrites is what an interrupted write left, and nobody wants that back.',
  'kept-changed': 'The board was started meanwhile and its firmware wrote there, or another tool did.',
  'kept-gone': 'The browser’s data was deleted in part, or the disk of this computer gave back other bytes.',
  'not-that-board':
    'Boards of this kind may all say the same of themselves. What they hold where nothing was to be written tells them apart.',
  'cannot-tell': 'The job was to write the whole flash, so there is nothing left on it to know the board by.',
  'backup-of-other-kind': 'A backup holds erase units at addresses, and means nothing on a chip with others.',
  'backup-not-writable':
    'Bootloaders and other parts that keep a board alive are guarded, by the board or by Sectorwise.',
  'backup-of-another': 'A whole flash holds what a board was given at its making, besides its software.',
};
