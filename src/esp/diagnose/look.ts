/** A closer look at an Espressif board: everything that a start needs and that is kept, read whole and checked. */
import type { ProposedTable } from '../../flash/diagnosis.ts';
import type { DiagnosisReads } from '../../flash/family.ts';
import { assess } from '../board/assess.ts';
import { isBare } from '../board/bare-chip.ts';
import type { EspInspection } from '../board/inspection.ts';
import { readBarrierOf } from '../board/read-access.ts';
import { examineApps } from '../boot/examine-apps.ts';
import { readBootLog } from '../boot/log-evidence.ts';
import type { BootLogReading } from '../boot/log-evidence.ts';
import { proposeTable } from '../repair/propose-table.ts';
import type { BootloaderState, Checked } from './checked.ts';
import { checkApps } from './check-apps.ts';
import { checkBootloader } from './check-bootloader.ts';
import { checkContents } from './check-contents.ts';
import { checkOtadata } from './check-otadata.ts';
import { findPlainApps } from './plain-apps.ts';

/** The port's `diagnose` for Espressif boards. */
export async function diagnoseEsp(board: EspInspection, how: DiagnosisReads): Promise<EspInspection> {
  const log = readBootLog(how.log);
  const barrier = readBarrierOf(board.esp);
  if (isBare(board.identity)) return looked(board, { ...nothing('flash', NO_TABLE), bootloader: null }, log);
  if (barrier === 'locked') return looked(board, { ...nothing('flash', LOCKED), bootloader: null }, log);
  if (barrier === 'encrypted') return looked(board, { ...(await findPlainApps(board, how)), bootloader: null }, log);
  const bootloader = checkBootloader(board);
  const apps = await examineApps({ read: (range) => how.bytesOf(range).read(0, range.size) }, board, how.watch);
  const parts = [bootloader, checkOtadata(apps), await checkApps(apps, how), await checkContents(apps, how)];
  const checks = parts.flatMap((part) => part.checks);
  const findings = parts.flatMap((part) => part.findings);
  const proposal = isTableDoubtful(board) ? await proposeTable(apps, { ...how, log }) : null;
  return looked(apps, { checks, findings, bootloader: bootloader.state, proposal }, log);
}

/**
 * Whether the table is gone, rejected or breaks a rule, and nothing proves what it was: then what the flash holds may say more. A
 * table that only exceeds the size in the bootloader's header is whole: the header is what is wrong.
 */
function isTableDoubtful({ esp: { table } }: EspInspection): boolean {
  if (table.fix !== undefined) return false;
  const { rows, accepted, findings } = table.reading;
  const problems = findings.filter(({ verdict }) => verdict === 'problem');
  if (rows.length === 0 || (!accepted && problems.length === 0)) return true;
  return problems.some(({ kind }) => kind !== 'partition-past-header-size');
}

const NO_TABLE = 'This chip has no partition table, so nothing says where its content ends.';
const LOCKED = 'The chip allows no reading in its download mode.';

function nothing(name: string, says: string): Checked {
  return { checks: [{ name, state: 'unchecked', says }], findings: [] };
}

type Seen = Checked & { readonly bootloader: BootloaderState | null; readonly proposal?: ProposedTable | null };

function looked(board: EspInspection, { proposal = null, ...seen }: Seen, log: BootLogReading): EspInspection {
  const look = {
    ...seen,
    findings: [...seen.findings, ...log.findings],
    ...(proposal !== null && { proposal }),
  };
  const { prediction: _, ...facts } = board.esp;
  return assess(board, { ...facts, look });
}
