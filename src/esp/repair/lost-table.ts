/** Puts a lost partition table together again: from what the flash holds, and from a table that agrees with all of it. */
import type { Certainty, ProposedRow } from '../../flash/diagnosis.ts';
import { hex } from '../../flash/finding.ts';
import { appOnBoard, isArduino } from '../../formats/words.ts';
import { APP_ALIGNMENT, UNIT } from '../flash-geometry.ts';
import { OTADATA_SIZE } from '../partitions/row-rules.ts';
import type { TableEntry } from '../partitions/table.ts';
import { APP, DATA, subtypeName, TYPE_APP, TYPE_DATA, typeName } from '../partitions/types.ts';
import type { Evidence, EvidenceKind } from './evidence.ts';

/** A table that may be the lost one, and what is known of it. */
export interface Candidate {
  readonly from: 'log' | 'file' | 'rest' | 'template';
  /** In a sentence: `the boot log`, `partitions.csv`, `the template “Arduino, default”`. */
  readonly name: string;
  readonly rows: readonly TableEntry[];
}

/** What a lost table is put together from. Sizes in bytes. */
export interface LostTable {
  readonly evidence: readonly Evidence[];
  readonly candidates: readonly Candidate[];
  readonly flashSize: number;
  /** Where partitions can begin: behind the table's own erase unit. */
  readonly from: number;
}

/** The rows by address, and what they come from. */
export interface FoundTable {
  readonly rows: readonly ProposedRow[];
  readonly says: string;
}

const SUBTYPES: Readonly<Record<EvidenceKind, readonly number[]>> = {
  app: [],
  nvs: [DATA.nvs],
  otadata: [DATA.ota],
  phy: [DATA.phy],
  keys: [DATA.nvsKeys],
  coredump: [DATA.coredump],
  // Arduino and MicroPython keep LittleFS in partitions of other subtypes, too.
  littlefs: [DATA.littlefs, DATA.spiffs, DATA.fat],
  spiffs: [DATA.spiffs],
  fat: [DATA.fat],
};
/** The usual names, for rows that only the content gives. */
const NAMES: Readonly<Record<EvidenceKind, string>> = {
  app: 'app',
  nvs: 'nvs',
  otadata: 'otadata',
  phy: 'phy_init',
  keys: 'nvs_keys',
  coredump: 'coredump',
  littlefs: 'littlefs',
  spiffs: 'spiffs',
  fat: 'ffat',
};

/** Null where nothing in the flash shows that there ever was a table. */
export function foundTable(lost: LostTable): FoundTable | null {
  const strong = lost.evidence.filter((each) => each.strong);
  if (strong.length === 0) return null;
  const agreeing = lost.candidates.filter(
    ({ rows }) => rows.length > 0 && strong.every((each) => rowFor(each, rows) !== null),
  );
  const best = bestOf(agreeing, strong);
  const { rows, says } = best === null ? fromContent(lost, strong) : fromCandidate(best, agreeing, lost);
  return { says, rows: rows.map((own) => ({ ...own, type: typeWords(own.row), ...appIn(own.row, strong) })) };
}

/** The intact app at the start of a row. */
function appIn({ type, offset }: TableEntry, strong: readonly Evidence[]): Pick<ProposedRow, 'app'> {
  const own = strong.find((each) => each.kind === 'app' && each.offset === offset);
  return type !== TYPE_APP || own === undefined ? {} : { app: appOnBoard(own.app) };
}

type FoundRow = Omit<ProposedRow, 'type' | 'app'>;
type Found = Pick<FoundTable, 'says'> & { readonly rows: readonly FoundRow[] };

function typeWords({ type, subtype }: TableEntry): string {
  return `${typeName(type)}, ${subtypeName(type, subtype)}`;
}

/** The row that holds a content, if its place and size allow that; null if none does. */
function rowFor(own: Evidence, rows: readonly TableEntry[]): TableEntry | null {
  return rows.find((row) => isOfKind(own, row) && isIn(own, row)) ?? null;
}

function isOfKind({ kind }: Evidence, { type, subtype }: TableEntry): boolean {
  return kind === 'app' ? type === TYPE_APP : type === TYPE_DATA && SUBTYPES[kind].includes(subtype);
}

function isIn({ kind, offset, size, least, starts }: Evidence, row: TableEntry): boolean {
  const within = offset >= row.offset && offset + least <= row.offset + row.size;
  if (!within) return false;
  if (starts) return offset === row.offset && (size === null || isSize(kind, size, row.size));
  if (kind === 'nvs') return true;
  // One of two units at the start was lost.
  return offset === row.offset || offset === row.offset + UNIT;
}

/** A LittleFS may be smaller than its partition; everything else that gives a size is mounted only in just that. */
function isSize(kind: EvidenceKind, own: number, size: number): boolean {
  return kind === 'littlefs' ? own <= size : own === size;
}

const SOURCES: readonly Candidate['from'][] = ['log', 'file', 'rest', 'template'];

/** The most trusted source first, then what explains most; of templates, those of the framework that built the app. */
function bestOf(agreeing: readonly Candidate[], strong: readonly Evidence[]): Candidate | null {
  const arduino = strong.some(({ app }) => app !== undefined && isArduino(app));
  const rank = ({ from, name, rows }: Candidate): readonly number[] => [
    SOURCES.indexOf(from),
    from === 'template' && name.includes('Arduino') !== arduino ? 1 : 0,
    rows.filter((row) => strong.every((each) => rowFor(each, [row]) === null)).length,
  ];
  const order = (a: Candidate, b: Candidate): number => {
    const [x, y] = [rank(a), rank(b)];
    const at = x.findIndex((value, i) => value !== y[i]);
    return at < 0 ? 0 : (x[at] ?? 0) - (y[at] ?? 0);
  };
  return agreeing.toSorted(order)[0] ?? null;
}

function fromCandidate(best: Candidate, agreeing: readonly Candidate[], { evidence }: LostTable): Found {
  const others = agreeing.filter((each) => each !== best && each.from === best.from);
  const rows = best.rows
    .toSorted((a, b) => a.offset - b.offset)
    .map((row): FoundRow => {
      const own = evidence.find((each) => rowFor(each, [row]) !== null);
      const isCommon = others.every(({ rows: theirs }) => theirs.some((each) => isSamePlace(each, row)));
      const why = [own?.why ?? 'Nothing in the flash shows it.', `Its place and name come from ${best.name}.`];
      if (!isCommon) why.push('Another table that agrees with the flash has it elsewhere.');
      return { row, certainty: certaintyOf(row, own, best.from, isCommon), why: why.join(' ') };
    });
  return { rows, says: `Reconstructed from what the flash holds and from ${best.name}, which agrees with all of it.` };
}

function isSamePlace(a: TableEntry, b: TableEntry): boolean {
  return a.offset === b.offset && a.size === b.size && a.type === b.type;
}

/** `sure` needs a place and a size that the content gives, or the table that the bootloader itself had verified and printed. */
function certaintyOf(
  row: TableEntry,
  own: Evidence | undefined,
  from: Candidate['from'],
  isCommon: boolean,
): Certainty {
  if (from === 'log') return own === undefined ? 'likely' : 'sure';
  if (own === undefined) return from === 'template' || !isCommon ? 'guess' : 'likely';
  return isDetermined(own, row) ? 'sure' : 'likely';
}

/** Whether the content alone gives the offset and the size of just this row. */
function isDetermined({ offset, size, starts }: Evidence, row: TableEntry): boolean {
  return starts && offset === row.offset && size === row.size;
}

/** Each content becomes a row; where its size is not known, it reaches to the next one. */
function fromContent({ candidates, flashSize, from }: LostTable, strong: readonly Evidence[]): Found {
  const rest = candidates.find((each) => each.from === 'rest');
  const left = (rest?.rows ?? []).filter((row) => strong.every((own) => fitsBeside(own, row)));
  const places = [
    ...strong.filter((own) => rowFor(own, left) === null).map((own) => ({ offset: own.offset, own })),
    ...left.map((row) => ({ offset: row.offset, row })),
  ].toSorted((a, b) => a.offset - b.offset);
  const naming = namesFor(strong);
  const rows = places.flatMap((place, i): FoundRow[] => {
    const limit = places[i + 1]?.offset ?? flashSize;
    if ('row' in place) {
      const own = strong.find((each) => rowFor(each, [place.row]) !== null);
      const why = `${own === undefined ? '' : `${own.why} `}The row can still be read in what is left of the table.`;
      return [
        { row: place.row, certainty: own !== undefined && isDetermined(own, place.row) ? 'sure' : 'likely', why },
      ];
    }
    const offset = place.own.kind === 'nvs' && i === 0 ? from : place.offset;
    return rowsOf(place.own, { offset, limit }, naming);
  });
  const beside = rest === undefined || left.length === 0 ? '' : ` and from ${rest.name}`;
  return {
    rows,
    says: `Reconstructed from what the flash holds${beside}: no known table agrees with all of it.`,
  };
}

/** Whether a content lies in a row of its kind, or in none at all: otherwise the row is not what the flash has. */
function fitsBeside(own: Evidence, row: TableEntry): boolean {
  const apart = own.offset + own.least <= row.offset || own.offset >= row.offset + row.size;
  return apart || rowFor(own, [row]) !== null;
}

interface Naming {
  /** Whether otadata selects the app, so that apps are slots. */
  readonly hasChoice: boolean;
  next(kind: EvidenceKind): { readonly name: string; readonly type: number; readonly subtype: number };
}

function namesFor(strong: readonly Evidence[]): Naming {
  const hasChoice = strong.some(({ kind }) => kind === 'otadata');
  const counts = new Map<EvidenceKind, number>();
  return {
    hasChoice,
    next: (kind) => {
      const n = counts.get(kind) ?? 0;
      counts.set(kind, n + 1);
      if (kind !== 'app')
        return {
          name: `${NAMES[kind]}${n === 0 ? '' : n + 1}`,
          type: TYPE_DATA,
          subtype: SUBTYPES[kind][0] ?? DATA.undefined,
        };
      if (hasChoice) return { name: `app${n}`, type: TYPE_APP, subtype: APP.ota0 + n };
      return n === 0
        ? { name: 'factory', type: TYPE_APP, subtype: APP.factory }
        : { name: `app${n - 1}`, type: TYPE_APP, subtype: APP.ota0 + n - 1 };
    },
  };
}

/** The rows of one content: an app that reaches far beyond its end stands for two slots where otadata selects between them. */
function rowsOf(
  own: Evidence,
  { offset, limit }: { readonly offset: number; readonly limit: number },
  naming: Naming,
): FoundRow[] {
  const size = own.size ?? sizeUpTo(own, offset, limit);
  const row = (at: number, length: number) => ({
    ...naming.next(own.kind),
    offset: at,
    size: length,
    encrypted: false,
    readonly: false,
  });
  const half = size / 2;
  if (own.kind === 'app' && naming.hasChoice && half % APP_ALIGNMENT === 0 && own.least <= half) {
    const why = 'Otadata selects between slots, and the room up to the next content divides into two equal ones.';
    return [
      { row: row(offset, half), certainty: 'guess', why: `${own.why} ${why}` },
      { row: row(offset + half, half), certainty: 'guess', why },
    ];
  }
  // A LittleFS may be smaller than its partition.
  const known = own.starts && own.size !== null && (own.kind !== 'littlefs' || offset + size === limit);
  const reach = own.size === null ? ` Its size is up to ${hex(limit)}, where the next begins or the flash ends.` : '';
  const certainty = known ? 'sure' : own.starts ? 'likely' : 'guess';
  return [{ row: row(offset, size), certainty, why: `${own.why}${reach} Its name is the usual one.` }];
}

function sizeUpTo({ kind, least }: Evidence, offset: number, limit: number): number {
  if (kind === 'otadata') return OTADATA_SIZE;
  if (kind === 'phy' || kind === 'keys') return UNIT;
  const step = kind === 'app' ? APP_ALIGNMENT : UNIT;
  const room = Math.floor((limit - offset) / step) * step;
  return Math.max(room, Math.ceil(least / UNIT) * UNIT);
}
