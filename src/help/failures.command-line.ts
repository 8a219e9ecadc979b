/** Help on what can be wrong with the command line. */
import type { Help } from './help.ts';

/** True of every call that is not understood. */
const NOT_CALLED = 'The command was not run: nothing was read or written. The exit status is 2.';

/** Help texts by failure name. */
export const COMMAND_HELP: Readonly<Record<string, Help>> = {
  'no-such-command': {
    what: NOT_CALLED,
    why: ['The name is misspelt.', 'The command was added in a newer version.'],
    todo: ['Run sectorwise --help for the list of commands, and sectorwise --version for the version.'],
  },
  'option-unknown': {
    what: NOT_CALLED,
    why: ['The option is misspelt, or belongs to another command.'],
    todo: ['Run the command with --help: it lists its options.'],
  },
  'option-value-wrong': {
    what: NOT_CALLED,
    why: ['The value is misspelt, or missing.', 'A board does not offer every flashing option.'],
    todo: ['Use one of the values that the message names.'],
  },
  'operands-wrong': {
    what: NOT_CALLED,
    why: [
      'An operand is missing, or there is one too many, for example because a name with spaces is not in quotation marks.',
    ],
    todo: ['Run the command with --help: its first line shows how it is called.'],
  },
  'no-such-board': {
    what: NOT_CALLED,
    why: ['The name of the virtual board is misspelt.'],
    todo: ['Run sectorwise boards: it lists them. A real board is connected on the page, not here.'],
  },
  'image-of-which-chip': {
    what: 'The image was not opened: nothing in it says which chip or board it is from. Nothing was written.',
    why: ['Its bootloader is missing, erased or encrypted.', 'Dumps of STM32 boards never say so.'],
    todo: ['Add --chip with the name of the chip, such as esp32c3, or of the board, such as electron.'],
  },
  'path-unreadable': {
    what: 'The command ended without a result. Nothing was written.',
    why: ['The path is misspelt, or relative to another folder.', 'The file belongs to another user.'],
    todo: ['Correct the path, or the permissions of the file.'],
  },
  'path-unwritable': {
    what: 'The result could not be stored. A file that was there before is unchanged.',
    why: ['The folder does not exist, or belongs to another user.', 'The disk is full.'],
    todo: ['Choose another place with -o.'],
  },
  'path-too-large': {
    what: 'The file was not read: it is larger than anything that this command takes.',
    why: ['It is the wrong file, such as a disk image.'],
    todo: ['Check the path.'],
  },
  'no-such-name': {
    what: 'Nothing has the name that was given. Nothing was written.',
    why: ['The name is misspelt.', 'It is on another board, or in another partition.'],
    todo: ['Use one of the names that the message lists, or name another partition with --partition.'],
  },
  'no-boot-choice': {
    what: 'Which app starts is written in otadata, and this flash has no partition for it: the board starts what its bootloader finds.',
    why: [
      'The partition table has one app and no otadata.',
      'The board is not from Espressif: where its app lies decides.',
    ],
    todo: ['For a choice, give the table two OTA slots and otadata, with “sectorwise layout”.'],
  },
  'not-that-content': {
    what: 'The partition does not hold what this command works on, or its content cannot be read.',
    why: [
      'The firmware has not formatted the partition yet.',
      'The content is encrypted or damaged, or in a format that is not known here.',
    ],
    todo: ['Run inspect on the same image: it says what each partition holds.'],
  },
  'not-a-table': {
    what: 'The file is no partition table. Nothing was written.',
    why: ['It is another file of the build.'],
    todo: ['Give partitions.csv, or partition_table/partition-table.bin of the build folder.'],
  },
  'not-a-bundle': {
    what: 'The file is no ZIP archive with the manifest of a recovery bundle.',
    why: ['It is another file, such as a backup or a build.', 'Its manifest was taken out or renamed.'],
    todo: ['Give the file that was made as a bundle.', 'For a build, use “sectorwise check” or “sectorwise plan”.'],
  },
  'not-a-report': {
    what: 'The report could not be read, so nothing was compared.',
    why: ['It is another file.', 'It was changed by hand or cut off, or was saved by a newer version.'],
    todo: ['Give the JSON file that was saved at the end of a job.'],
  },
  'secret-hidden': {
    what: 'The name or the value of the setting looks like a password, key, token or certificate. It was not printed.',
    why: ['The output of a command often ends up in the log of a build server.'],
    todo: ['Add --show-secrets if nobody else can read the output.'],
  },
};
