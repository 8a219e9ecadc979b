/** Every kind of hostile input, in the order of the last line of `npm run hostile`. */
import type { HostileKind } from './case.ts';
import { ANSWER_CASES } from './dfu-answers.ts';
import { BACKUP_CASES } from './backup-files.ts';
import { BUNDLE_DROPS } from './bundles.ts';
import { DESCRIPTOR_CASES } from './dfu-descriptors.ts';
import { ESP_CASES } from './esp-boards.ts';
import { dropCases } from './drop.ts';
import { ARCHIVE_DROPS } from './files-archives.ts';
import { IMAGE_DROPS } from './files-images.ts';
import { PACKED_DROPS } from './files-packed.ts';
import { DATABASE_CASES } from './storage-database.ts';
import { JOB_STORE_CASES } from './storage-jobs.ts';
import { MACHINE_CASES } from './unlucky-machines.ts';
import { PROGRAM_DROPS } from './files-programs.ts';

/** The kinds with their cases. */
export const KINDS: readonly HostileKind[] = [
  { kind: 'DFU devices', least: 35, cases: [...DESCRIPTOR_CASES, ...ANSWER_CASES] },
  { kind: 'ESP boards', least: 10, cases: ESP_CASES },
  { kind: 'files', least: 75, cases: dropCases([...IMAGE_DROPS, ...PACKED_DROPS, ...PROGRAM_DROPS, ...ARCHIVE_DROPS]) },
  { kind: 'backup files and archives', least: 28, cases: BACKUP_CASES },
  { kind: 'recovery bundles', least: 110, cases: BUNDLE_DROPS },
  { kind: 'storage troubles', least: 15, cases: [...DATABASE_CASES, ...JOB_STORE_CASES] },
  { kind: 'unlucky machines', least: 20, cases: MACHINE_CASES },
];
