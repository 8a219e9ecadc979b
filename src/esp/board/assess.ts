/** Derives what a board's content means: its findings, settings, protections and what it starts next. */
import { diagnosisOf } from '../../flash/diagnosis.ts';
import { Failure } from '../../flash/failure.ts';
import type { Content, SavedFile } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Layout } from '../../flash/layout.ts';
import { bare } from '../../flash/map.ts';
import type { Identity } from '../../flash/target.ts';
import { HASHES } from '../../formats/hashes.ts';
import { DEFAULT_TABLE, UNIT } from '../flash-geometry.ts';
import { isBare } from './bare-chip.ts';
import { boardFinding } from './findings.ts';
import { settingsOf } from './settings.ts';
import { writeCsv } from '../partitions/csv-write.ts';
import { sizeReaching } from '../boot/bootloader-header.ts';
import type { EspInspection } from './inspection.ts';
import { bootOf, insteadOf, whyNot } from './boot-state.ts';
import { sizeInFlash } from '../partitions/layout.ts';
import { checkLayout } from '../partitions/layout-rules.ts';
import { defectWords, readRecord } from '../boot/otadata.ts';
import { isRejectedFor } from '../partitions/row-rules.ts';
import type { TableRow } from '../partitions/table.ts';
import { predictBoot, rowsCounted } from '../boot/prediction.ts';
import { selectionOf } from '../boot/selection.ts';
import { protectionsOf } from './protections.ts';
import { REGION } from '../loader/target.ts';
import { encryptionUnsure, readBarrierOf } from './read-access.ts';
import { writeTable } from '../partitions/write-table.ts';
import { withRepairs } from '../repair/rules.ts';

/** The parts of an inspection that every family reads. */
export interface Read {
  readonly identity: Identity;
  readonly layout: Layout;
  readonly contents: readonly Content[];
}

/** The complete inspection of a board, from what was read of it. */
export function assess(
  { identity, layout, contents }: Read,
  facts: Omit<EspInspection['esp'], 'prediction'>,
): EspInspection {
  const { table, otadata, loads } = facts;
  const prediction = predictBoot({
    rows: rowsCounted(table.reading.rows, table.address),
    otadata: otadata?.records ?? null,
    imageOk: (row) => loads.has(row.offset),
  });
  const esp = { ...facts, prediction };
  const selection = selectionOf({ contents, esp });
  const { rows } = table.reading;
  const repaired = (found: readonly Finding[], own?: TableRow) => withRepairs(found, { contents, esp }, selection, own);
  const ofApps = [...esp.examined].flatMap(([offset, found]) =>
    repaired(
      found,
      rows.find((row) => row.offset === offset),
    ),
  );
  const own = [...findingsOf(identity, esp), ...findingsOfApps(contents, esp)];
  const findings = [...repaired(own), ...ofApps, ...repaired(esp.look?.findings ?? [])];
  const boot = bootOf(identity, contents, esp);
  return {
    identity,
    layout,
    contents,
    findings,
    boot,
    ...(selection !== null && { selection }),
    examinable: examinable(esp),
    diagnosable: diagnosable(esp),
    ...(esp.look !== undefined && { diagnosis: diagnosisOf({ layout, boot, findings }, esp.look) }),
    // The eFuses are in the chip, and no part of a flash image.
    protections: esp.mode === 'file' ? [] : protectionsOf(esp.security, esp.mode),
    settings: settingsOf(identity, esp),
    saves: savesOf(esp, layout),
    ...editableIn(esp),
    esp,
  };
}

/** The table as a layout to edit; of a damaged one the rows that could be read. */
function editableIn({ table, flashSize, security }: EspInspection['esp']): Pick<EspInspection, 'table'> {
  const { state, rows } = table.reading;
  if ((state !== 'whole' && state !== 'damaged') || rows.length === 0) return {};
  const plain = rows.map(({ address: _, ...row }) => row);
  const limits = { flashSize, tableAddress: table.address, secureBoot: security.secureBoot };
  return { table: { rows: plain, ...(state === 'damaged' && { damaged: true }), ...limits } };
}

/**
 * The most bytes that reading all apps may take, as the size of an image is only known while reading it. Null if there are no
 * apps, or all of them were already read.
 */
function examinable({ table, loads, examined, flashSize }: EspInspection['esp']): number | null {
  const rows = table.reading.rows.filter((row) => loads.has(row.offset));
  return rows.every(({ offset }) => examined.has(offset))
    ? null
    : rows.reduce((sum, row) => sum + sizeInFlash(row, flashSize), 0);
}

/** The most bytes that a closer look reads: what partitions hold, or the whole flash if nothing says where they are. */
function diagnosable({ table, flashSize, readable }: EspInspection['esp']): number {
  if (!readable) return 0;
  const rows = table.reading.accepted ? table.reading.rows : [];
  return rows.length === 0 ? flashSize : rows.reduce((sum, row) => sum + sizeInFlash(row, flashSize), 0);
}

/** The partition table as CSV and as binary; a form that cannot express this table is not offered. */
function savesOf({ table }: EspInspection['esp'], { partitions }: Layout): SavedFile[] {
  const { rows, md5 } = table.reading;
  if (rows.length === 0) return [];
  const of = partitions.filter(({ role }) => role === 'table').map(bare);
  const forms: readonly (() => SavedFile)[] = [
    () => ({ name: 'partitions.csv', label: 'the partition table as CSV', data: writeCsv(rows), of }),
    () => ({
      name: 'partitions.bin',
      label: 'the partition table as .bin',
      data: writeTable(rows, { md5: md5.state !== 'absent' }, HASHES),
      of,
    }),
  ];
  return forms.flatMap((make) => {
    try {
      return [make()];
    } catch (error) {
      if (error instanceof Failure) return [];
      throw error;
    }
  });
}

const at = (address: number, size: number) => ({ in: 'flash', range: { region: REGION, address, size } }) as const;

function findingsOf(identity: Identity, esp: EspInspection['esp']): Finding[] {
  const size = esp.sizeKnown
    ? []
    : [boardFinding('flash-size-assumed', { in: 'device' }, { size: bytes(esp.flashSize) })];
  const found = [...size, ...findingsOfLoader(esp)];
  if (isBare(identity)) return [...found, boardFinding('no-table-chip', { in: 'device' }, { chip: identity.chip })];
  return [...found, ...(readBarrierOf(esp) === null ? findingsOfContent(identity, esp) : findingsOfUnread(esp))];
}

/** What it costs that the ROM loader is used instead of the stub. */
function findingsOfLoader({ withoutStub }: EspInspection['esp']): Finding[] {
  if (withoutStub === null) return [];
  const { write, read } = withoutStub.times;
  if (withoutStub.because === 'chosen') return [boardFinding('own-loader-chosen', { in: 'device' }, { write, read })];
  const { attempts } = withoutStub;
  return [boardFinding('stub-silent', { in: 'device' }, { attempts, write, read })];
}

/** Findings for a board whose flash content cannot be read. */
function findingsOfUnread(esp: EspInspection['esp']): Finding[] {
  const { bootloader, table, plainBootloader } = esp;
  if (readBarrierOf(esp) === 'locked') return [boardFinding('nothing-readable', { in: 'device' })];
  const values = { bootloader: hex(bootloader.address), table: hex(table.address) };
  const found = [boardFinding('flash-encrypted', { in: 'device' }, values)];
  const place = at(bootloader.address, UNIT);
  return plainBootloader ? [...found, boardFinding('plain-on-encrypting-chip', place, values)] : found;
}

function findingsOfContent({ chip }: Identity, esp: EspInspection['esp']): Finding[] {
  const { flashSize, headerSize, bootloader, table, otadata } = esp;
  const found: Finding[] = [...table.reading.findings];
  const { rows, md5, accepted } = table.reading;
  if (accepted && found.every(({ verdict }) => verdict === 'good' || verdict === 'note')) {
    const words = md5.state === 'right' ? 'its MD5 is correct' : 'it has no MD5';
    found.push(
      boardFinding('table-sound', at(table.address, UNIT), { md5: words, rows: rows.length, chip: bytes(flashSize) }),
    );
  }
  if (esp.looksEncrypted) {
    const kind = esp.security.encryption.on === false ? 'noise-on-open-chip' : 'looks-encrypted';
    found.push(
      boardFinding(kind, at(bootloader.address, UNIT), {
        bootloader: hex(bootloader.address),
        table: hex(table.address),
        unsure: encryptionUnsure(esp),
      }),
    );
  } else if (bootloader.header === null) {
    const kind = bootloader.holds === 'blank' ? 'bootloader-blank' : 'bootloader-missing';
    const values = { address: hex(bootloader.address), chip, ...insteadOf(bootloader) };
    found.push(boardFinding(kind, at(bootloader.address, UNIT), values));
  }
  const known = esp.sizeKnown ? flashSize : null;
  const needs = sizeReaching(flashSize, { chip, flashSize: known, security: esp.security });
  if (headerSize !== null && headerSize > flashSize) {
    const values = { header: bytes(headerSize), chip: bytes(flashSize), ...(needs !== null && { needs }) };
    found.push(boardFinding('header-size-past-chip', at(bootloader.address, UNIT), values));
  } else if (headerSize !== null && headerSize < flashSize && !rows.some((row) => isRejectedFor(row, headerSize))) {
    const values = { header: bytes(headerSize), chip: bytes(flashSize), ...(needs !== null && { needs }) };
    found.push(boardFinding('header-size-below-chip', at(bootloader.address, UNIT), values));
  }
  if (table.address !== DEFAULT_TABLE) {
    found.push(
      boardFinding('table-elsewhere', at(table.address, UNIT), {
        address: hex(table.address),
        usual: hex(DEFAULT_TABLE),
      }),
    );
  }
  if (otadata !== null) {
    const [first, second] = otadata.records.map(readRecord);
    const usable = first?.usable === true || second?.usable === true;
    // A new board has two blank records: no slot was selected yet, so no choice is lost.
    const blank = [first, second].every((record) => record?.defects[0] === 'unwritten');
    if (first !== undefined && second !== undefined && !usable && !blank) {
      const values = { name: otadata.row.name, first: defectWords(first), second: defectWords(second) };
      found.push(boardFinding('otadata-unusable', at(otadata.row.offset, otadata.row.size), values));
    }
  }
  // A table damaged part-way does not show what the layout lacks, and a blank one lacks everything.
  if (table.reading.end === 'marker' && table.reading.state !== 'blank') {
    const placeOf = (row: TableRow | null) => (row === null ? at(table.address, UNIT) : at(row.offset, row.size));
    found.push(...checkLayout(table.reading.rows, placeOf, { flashSize, secureBoot: esp.security.secureBoot }));
  }
  return found;
}

/** That no app starts, where nothing before the apps keeps the board from starting one. */
function findingsOfApps(contents: readonly Content[], esp: EspInspection['esp']): Finding[] {
  const { table, prediction } = esp;
  const [first] = prediction.order;
  if (!table.reading.accepted || prediction.kind !== 'nothing-boots' || first === undefined) return [];
  const held = prediction.order.map((row) => `${row.name} (${whyNot(row, contents, esp)})`).join(', ');
  return [boardFinding('no-app-starts', at(first.offset, first.size), { held })];
}
