/** A closer look at an Espressif board: everything that a start needs and that is kept, read whole and checked. */
import type { BootOffer } from '../../flash/boot-choice.ts';
import type { ProposedTable } from '../../flash/diagnosis.ts';
import type { DiagnosisReads } from '../../flash/family.ts';
import { assess } from '../board/assess.ts';
import { isBare } from '../board/bare-chip.ts';
import type { BoardFindingKind } from '../board/findings.ts';
import type { EspInspection, BootloaderState, Checked } from '../board/inspection.ts';
import { readBarrierOf } from '../board/read-access.ts';
import { examineApps, wholeWords } from '../boot/examine-apps.ts';
import { readBootLog } from '../boot/log-evidence.ts';
import type { BootLogReading } from '../boot/log-evidence.ts';
import { APP_ALIGNMENT } from '../flash-geometry.ts';
import { proposeTable } from '../repair/propose-table.ts';
import { checkApps } from './check-apps.ts';
import { checkContents } from './check-contents.ts';
import { count } from '../../flash/english.ts';
import { hex } from '../../flash/finding.ts';
import { readAppImage } from '../../formats/app-image.ts';
import { HASHES } from '../../formats/hashes.ts';
import { REGION } from '../loader/target.ts';
import { diagnosisFinding } from './findings.ts';
import type { Finding } from '../../flash/finding.ts';
import { changeFor, entriesOf, selectedBy, unitOf } from '../boot/choose.ts';
import { defectWords } from '../boot/otadata.ts';
import { APP_HEAD_SIZE, readAppHead } from '../../formats/app-header.ts';
import { appName } from '../../formats/words.ts';
import type { TableFindingKind } from '../partitions/findings.ts';

/** The port's `diagnose` for Espressif boards. */
export async function diagnoseEsp(board: EspInspection, how: DiagnosisReads): Promise<EspInspection> {
  const log = readBootLog(how.log);
  const barrier = readBarrierOf(board.esp);
  if (isBare(board.identity)) return looked(board, { ...nothing('flash', NO_TABLE), bootloader: null }, log);
  if (barrier === 'locked') return looked(board, { ...nothing('flash', LOCKED), bootloader: null }, log);
  if (barrier === 'encrypted') return looked(board, { ...(await findPlainApps(board, how)), bootloader: null }, log);
  const bootloader = checkBootloader(board);
  const apps = await examineApps({ read: (range) => how.bytesOf(range).read(0, range.size) }, board, how.watch);
  const parts = [
    bootloader,
    checkTable(board),
    checkOtadata(apps),
    await checkApps(apps, how),
    await checkContents(apps, how),
  ];
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

/** What the bootloader's own bytes say; nothing where there is none, which is found on connecting. */
function checkBootloader(board: EspInspection): Checked & { readonly state: BootloaderState | null } {
  const { address, data } = board.esp.bootloader;
  if (data === null) return { checks: [], findings: [], state: null };
  const result = readAppImage(data, HASHES, { in: 'flash', region: REGION, address });
  const problem = result.findings.find(({ verdict }) => verdict === 'problem');
  if (problem !== undefined) {
    const values = { address: hex(address), why: problem.says, ...problem.values };
    const place = { in: 'flash', range: { region: REGION, address, size: data.length } } as const;
    const found = diagnosisFinding('bootloader-broken', place, values);
    return { checks: [check('damaged', problem.says)], findings: [found], state: 'damaged' };
  }
  const wrong = result.findings.find(({ kind }) => kind === 'bootloader-hash-wrong');
  if (wrong !== undefined) return { checks: [check('damaged', wrong.says)], findings: [wrong], state: 'unsure' };
  const wrongSize = board.findings.find(isHeaderWrong);
  const one =
    wrongSize === undefined ? check('whole', `Read completely: ${wholeWords(result)}`) : check('wrong', wrongSize.says);
  return { checks: [one], findings: [], state: 'starts' };
}

/** The findings that are about the bootloader's header, which is undamaged. */
const HEADER_WRONG: readonly string[] = ['header-size-past-chip', 'partition-past-header-size'] satisfies (
  BoardFindingKind | TableFindingKind
)[];

function isHeaderWrong({ kind }: Finding): boolean {
  return HEADER_WRONG.includes(kind);
}

/** The table as it was read; what exceeds the size in the bootloader's header is no fault of the table. */
function checkTable({ esp: { table } }: EspInspection): Checked {
  const { state, rows, md5, findings } = table.reading;
  const problem = findings.find((each) => each.verdict === 'problem' && !isHeaderWrong(each));
  const intact = `Read completely: ${count(rows.length, 'partition')}, ${md5.state === 'right' ? 'its MD5 is correct' : 'it has no MD5'}.`;
  const seen = state === 'blank' ? 'blank' : state !== 'whole' ? 'damaged' : problem === undefined ? 'whole' : 'wrong';
  return { checks: [{ name: 'partition table', state: seen, says: problem?.says ?? intact }], findings: [] };
}

function check(state: 'whole' | 'damaged' | 'wrong', says: string) {
  return { name: 'bootloader', state, says } as const;
}

/** What both entries say beyond which one counts. */
function checkOtadata(board: EspInspection): Checked {
  const entries = entriesOf(board.esp);
  if (entries === null) return { checks: [], findings: [] };
  const { row, records, active } = entries;
  const findings = records.flatMap((record, index): Finding[] => {
    const place = { in: 'flash', range: { region: REGION, ...unitOf(row, index === 0 ? 0 : 1) } } as const;
    const values = { entry: index + 1, name: row.name };
    const { defects, seq, crc } = record;
    if (defects[0] === 'state-aborted' || defects[0] === 'state-invalid') {
      const selects = selectedBy(record, entries)?.name;
      const why = { why: defectWords(record), ...(selects !== undefined && { selects }) };
      return [diagnosisFinding('otadata-rolled-back', place, { ...values, ...why })];
    }
    if (defects[0] !== 'crc-wrong' || active === null) return [];
    const sums = { seq, stored: hex(crc.stored), computed: hex(crc.computed) };
    const by = rewritingOffer(index, board);
    return [
      diagnosisFinding('otadata-entry-damaged', place, {
        ...values,
        ...sums,
        ...(by !== undefined && { by: by.label }),
      }),
    ];
  });
  const says = records.map(({ says: own }, index) => `Entry ${index + 1}: ${own}`).join(' ');
  const damaged = records.some(({ defects }) => defects.includes('crc-wrong'));
  return { checks: [{ name: row.name, state: damaged ? 'damaged' : 'whole', says }], findings };
}

/** What rewrites an entry without changing which app starts; undefined if nothing that is offered does. */
function rewritingOffer(index: number, board: EspInspection): BootOffer | undefined {
  return board.selection?.offers.find(({ choice, startsAlready }) => {
    if (startsAlready !== true && !(choice.do === 'mark' && choice.as === 'valid')) return false;
    const change = changeFor(choice, board);
    return change.kind === 'change' && change.entries.some((entry) => entry.index === index);
  });
}

/** Reads the start of each place that an app can have. Rejects with the `Failure`s of reading. */
async function findPlainApps({ esp, identity }: EspInspection, how: DiagnosisReads): Promise<Checked> {
  const findings: Finding[] = [];
  for (let address = APP_ALIGNMENT; address < esp.flashSize; address += APP_ALIGNMENT) {
    how.watch.cancel.check();
    const head = readAppHead(
      await how.bytesOf({ region: REGION, address, size: APP_HEAD_SIZE }).read(0, APP_HEAD_SIZE),
    );
    // Ciphertext has no description with the right magic, and hardly ever this chip's id.
    if (head === null || head.description === null || head.header.chip.name !== identity.chip) continue;
    const values = { address: hex(address), app: appName(head.description) };
    const place = { in: 'flash', range: { region: REGION, address, size: APP_ALIGNMENT } } as const;
    findings.push(diagnosisFinding('plain-app-on-encrypting-chip', place, values));
  }
  const says = 'Flash encryption is on: what is encrypted can be judged only by the chip itself.';
  return { checks: [{ name: 'flash', state: 'unchecked', says }], findings };
}
