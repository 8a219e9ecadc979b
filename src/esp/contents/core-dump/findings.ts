/** What is damaged or missing in a core dump, with its offset in the partition. */
import type { FindingKind, Place } from '../../../flash/finding.ts';
import { findings } from '../../../flash/finding.ts';
import { sizeIn } from '../refusals.ts';

const SAVE = 'Save the raw core dump before the next crash overwrites it.';

/** The register. `at` is an offset in the partition in hex; sizes in bytes. */
export const CORE_DUMP_FINDINGS = {
  'core-dump-cut': {
    verdict: 'problem',
    says: (v) =>
      `The header says that the core dump has ${sizeIn(v['says'])}, but the partition has ${sizeIn(v['has'])}: its end and its checksum are missing.`,
    next: SAVE,
  },
  'core-dump-checksum': {
    verdict: 'problem',
    says: (v) =>
      `The ${v['checksum']} at ${v['at']} is ${v['stored']}, but the bytes before it give ${v['computed']}. esp-coredump does not read this core dump.`,
    next: 'Save the raw core dump. Do not rely on the registers and tasks that are shown.',
  },
  'core-dump-version': {
    verdict: 'warning',
    says: (v) => `Version ${v['version']} of the core dump format is not known, so nothing more was read.`,
    next: 'Save the raw core dump, and open it with the esp-coredump of the ESP-IDF that the app was built with.',
  },
  'core-dump-damaged': {
    verdict: 'problem',
    says: (v) => `The core dump is damaged at ${v['at']}: ${v['what']}.`,
    next: 'Save the raw core dump. Only what could be read is shown.',
  },
  'core-dump-no-crashed-task': {
    verdict: 'note',
    says: (v) =>
      `The core dump does not contain the task that crashed (TCB ${v['tcb']}). ESP-IDF leaves a task out if its TCB or stack is corrupted.`,
  },
} as const satisfies Record<string, FindingKind>;

/** The kinds of findings in a core dump. */
export type CoreDumpFindingKind = keyof typeof CORE_DUMP_FINDINGS;

/** Makes a finding in a core dump. */
export const coreDumpFinding = findings(CORE_DUMP_FINDINGS);

/** An offset in the partition as a place; in bytes. */
export function placeAt(offset: number): Place {
  return { in: 'file', name: 'Core dump', offset };
}
