/** What can be wrong with a command line, with its files, and with the names in it. */
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

/** The register of failures of the command line. */
export const COMMAND_FAILURES = {
  'no-such-command': {
    kind: 'refused',
    says: (v) => `There is no command “${v['command']}”.`,
    next: 'sectorwise --help lists the commands.',
  },
  'option-unknown': {
    kind: 'refused',
    says: (v) => `The command “${v['command']}” has no option ${v['option']}.`,
    next: 'Run it with --help to see its options.',
  },
  'option-value-wrong': {
    kind: 'refused',
    says: (v) =>
      `The option ${v['option']} takes ${v['takes']}${v['value'] === '' ? ', which is missing' : `, not “${v['value']}”`}.`,
    next: 'Correct the value; the command with --help says what each option takes.',
  },
  'operands-wrong': {
    kind: 'refused',
    says: (v) => `The command “${v['command']}” takes ${v['takes']}; ${v['given']} given.`,
    next: 'Run it with --help to see how it is called.',
  },
  'no-such-board': {
    kind: 'refused',
    says: (v) => `There is no virtual board “${v['board']}”.`,
    next: 'sectorwise boards lists them.',
  },
  'image-of-which-chip': {
    kind: 'refused',
    says: (v) =>
      `${v['file']} can be opened only if its chip or board is named. ${v['says']} It is one of: ${v['names']}.`,
    next: 'Add --chip with its name, such as --chip esp32s3 or --chip photon.',
  },
  'path-unreadable': {
    kind: 'refused',
    says: (v) => `${v['path']} cannot be read: ${v['why']}.`,
    next: 'Correct the path, or the permissions of the file.',
  },
  'path-unwritable': {
    kind: 'refused',
    says: (v) => `${v['path']} cannot be written: ${v['why']}.`,
    next: 'Choose another place with -o. Nothing was written.',
  },
  'path-too-large': {
    kind: 'refused',
    says: (v) => `${v['path']} is ${v['size']}; at most ${v['most']} can be read here.`,
    next: 'Check that it is the right file.',
  },
  'no-such-name': {
    kind: 'refused',
    says: (v) => `There is no ${v['what']} “${v['name']}” ${v['where']}; there is: ${v['names']}.`,
    next: 'Choose one of these names.',
  },
  'not-that-content': {
    kind: 'refused',
    says: (v) => `${v['where']} holds no ${v['what']}: ${v['why']}`,
    next: 'Name another partition with --partition.',
  },
  'no-boot-choice': {
    kind: 'refused',
    says: (v) => `${v['file']} has no entries that choose what starts. ${v['why']}`,
    next: 'For a choice, give the table of an Espressif board otadata and two OTA slots, with “sectorwise layout”.',
  },
  'not-a-table': {
    kind: 'refused',
    says: (v) => `${v['file']} is not a partition table, neither a CSV nor a binary one.`,
    next: 'Give partitions.csv or partition-table.bin. For a whole flash use the command “inspect”.',
  },
  'not-a-report': {
    kind: 'refused',
    says: (v) => `${v['file']} is not a Sectorwise report: ${v['why']}.`,
    next: 'Save the report as JSON at the end of a job, and give that file.',
  },
  'not-a-bundle': {
    kind: 'refused',
    says: (v) => `${v['file']} is not a recovery bundle.`,
    next: 'Give the .zip file that “sectorwise bundle make” or the page made.',
  },
  'secret-hidden': {
    kind: 'refused',
    says: (v) => `${v['name']} looks like a password, key or token, so its value is hidden.`,
    next: 'To print it anyway, add --show-secrets.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of the failures of the command line. */
export const commandFailure = failures(COMMAND_FAILURES);

/** The failure of a name that is not among `names`; `where` says of what those are. */
export function noSuchName(what: string, name: string, where: string, names: readonly string[]) {
  return commandFailure('no-such-name', { values: { what, name, where, names: names.join(', ') || 'none' } });
}
