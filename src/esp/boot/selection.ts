/** The boot selection of a board as facts: both entries of otadata, which one counts and why, and what can be changed. */
import type { BootChoice, BootEntry, BootOffer, BootSelection } from '../../flash/boot-choice.ts';
import { list } from '../../flash/english.ts';
import { hex } from '../../flash/finding.ts';
import { REGION } from '../loader/target.ts';
import { rangeOf } from '../partitions/layout.ts';
import type { TableRow } from '../partitions/table.ts';
import { APP, otaSlot } from '../partitions/types.ts';
import type { ChoiceFacts, Entries } from './choose.ts';
import { changeFor, entriesOf, selectedBy, unitOf } from './choose.ts';
import { isInitial, OTA_STATE } from './otadata.ts';
import type { OtaRecord, RecordIndex } from './otadata.ts';

const BOTH: readonly RecordIndex[] = [0, 1];

/** The boot selection; null where there is none that can be read. */
export function selectionOf(board: ChoiceFacts): BootSelection | null {
  const entries = entriesOf(board.esp);
  if (entries === null || !board.esp.table.reading.accepted) return null;
  const lacks = lacksOf(entries, board);
  return {
    ...(lacks !== '' && { lacks }),
    place: rangeOf(entries.row),
    entries: BOTH.map((index) => entryOf(index, entries, board.esp.prediction.boots)),
    why: board.esp.prediction.why,
    offers: offersOf(entries, board),
  };
}

function entryOf(index: RecordIndex, entries: Entries, boots: TableRow | null): BootEntry {
  const record = entries.records[index];
  const blank = record.defects.includes('unwritten');
  const { crc } = record;
  const right = crc.stored === crc.computed;
  return {
    region: REGION,
    ...unitOf(entries.row, index),
    name: `Entry ${index + 1}`,
    fields: blank
      ? []
      : [
          { name: 'Sequence number', value: String(record.seq) },
          { name: 'State', value: record.stateWords },
          {
            name: 'CRC',
            value: right ? `${hex(crc.stored)}, correct` : `${hex(crc.stored)}, ${hex(crc.computed)} expected`,
          },
        ],
    selects: selectedBy(record, entries)?.name ?? null,
    counts: entries.active === index,
    says: saysOf(index, entries, boots),
  };
}

/** Why an entry counts or not; where the app that it selects does not start, what does instead. */
function saysOf(index: RecordIndex, entries: Entries, boots: TableRow | null): string {
  const { active, records } = entries;
  const record = records[index];
  const other = records[index === 0 ? 1 : 0];
  if (!record.usable) return record.defects[0] === 'unwritten' ? 'Blank.' : record.says;
  if (active !== index) return `Not used: entry ${active === 0 ? 1 : 2} has the higher sequence number.`;
  const why = other.usable ? 'Used: it has the higher sequence number.' : 'Used: the other entry cannot be used.';
  const selected = selectedBy(record, entries)?.name;
  const starts = boots?.name ?? 'nothing';
  if (selected === undefined) return `${why} It selects no slot of this table: ${starts} starts.`;
  if (selected !== boots?.name) return `${why} But ${selected} holds no app that starts: ${starts} starts instead.`;
  return `${why}${TRIAL[record.state] ?? ''}`;
}

/** What a bootloader with app rollback does with an app on trial: `bootloader_utility.c`, `update_anti_rollback` and the states. */
const TRIAL: Readonly<Record<number, string>> = {
  [OTA_STATE.new]: ' Its app is on trial from the next start on, if the bootloader was built with rollback.',
  [OTA_STATE.pendingVerify]:
    ' Its app is on trial: if it has not confirmed itself by the next start, a bootloader with rollback drops this entry.',
};

/** Which slots hold nothing to be chosen, as a sentence; empty where all hold an app. */
function lacksOf({ apps }: Entries, { esp }: ChoiceFacts): string {
  const names = apps.filter(({ offset }) => !esp.loads.has(offset)).map(({ name }) => name);
  return names.length === 0 ? '' : `${list(names)} ${names.length === 1 ? 'holds' : 'hold'} no app that could start.`;
}

/** None while no partition holds an app that starts here: no entry changes that then. */
function offersOf(entries: Entries, board: ChoiceFacts): BootOffer[] {
  const { row, apps, records } = entries;
  const { boots, active } = board.esp.prediction;
  if (!apps.some(({ offset }) => board.esp.loads.has(offset))) return [];
  const offers: readonly BootOffer[] = [
    ...apps.flatMap((app) =>
      startOffer(app, { startsAlready: boots?.offset === app.offset, isByEntry: active !== null }),
    ),
    ...BOTH.flatMap((index) => markOffers(index, records[index], entries)),
    {
      label: 'Erase otadata',
      does: `Erases both entries. Without any, the bootloader starts ${firstWithout(apps)}, or the next app if that does not load.`,
      choice: { do: 'forget' },
      at: rangeOf(row),
    },
  ];
  return offers.filter(({ choice }) => changeFor(choice, board).kind === 'change');
}

/** What the bootloader starts while no entry selects anything. */
function firstWithout(apps: readonly TableRow[]): string {
  if (apps.some(isFactory)) return 'the factory app';
  const first = apps.findLast((row) => otaSlot(row) === 0);
  return first === undefined ? 'its lowest OTA slot' : `${first.name}, the lowest OTA slot`;
}

/** Whether an app starts already, and whether an entry selects what starts. */
interface Today {
  readonly startsAlready: boolean;
  readonly isByEntry: boolean;
}

function isFactory({ subtype }: TableRow): boolean {
  return subtype === APP.factory;
}

/**
 * Of an app that starts already, what changes is its entry; of a factory app, only that the others are erased. While one of them counts,
 * the factory app starts only because the app that it selects does not.
 */
function startOffer(app: TableRow, now: Today): BootOffer[] {
  const { startsAlready, isByEntry } = now;
  if (startsAlready && isFactory(app) && !isByEntry) return [];
  const place = { choice: { do: 'start', range: rangeOf(app) }, at: rangeOf(app) } as const;
  if (startsAlready && !isFactory(app)) {
    const label = `Select ${app.name} in otadata`;
    const does = `${app.name} starts already. “${label}” writes a new entry that selects it.`;
    return [{ label, does, startsAlready, ...place }];
  }
  return [{ label: `Start ${app.name}`, does: startWords(app, now), ...place }];
}

function startWords(app: TableRow, { startsAlready, isByEntry }: Today): string {
  if (!isFactory(app))
    return isByEntry
      ? `Writes the other entry: with the next sequence number it selects ${app.name}. The entry that is used now stays.`
      : `Writes an entry that selects ${app.name}.`;
  return startsAlready
    ? `${app.name} starts already, because the app that otadata selects does not. “Start ${app.name}” erases both entries, so that it is chosen.`
    : 'Erases both entries of otadata, so that the factory app starts.';
}

function markOffers(index: RecordIndex, record: OtaRecord, entries: Entries): BootOffer[] {
  if (isInitial(record)) return [];
  const app = selectedBy(record, entries)?.name;
  const name = app ?? 'no slot';
  const offer = (
    as: 'valid' | 'invalid',
    does: string,
    label = `Mark entry ${index + 1} (${name}) ${as}`,
  ): BootOffer => {
    const choice: BootChoice = { do: 'mark', entry: index, as };
    return {
      label,
      does,
      choice,
      ...(app !== undefined && { marks: app }),
      at: rangeOf(entries.row),
    };
  };
  // The entry that counts is never written: the app that it selects is marked in the other one.
  const other = 2 - index;
  return [
    entries.active === index
      ? offer(
          'valid',
          `Writes entry ${other} for ${name}, with the state VALID. Entry ${index + 1} counts until that is verified.`,
          `Mark ${name} valid in entry ${other}`,
        )
      : offer(
          'valid',
          `Gives this entry the state VALID: its app counts as confirmed, although nothing tests it, and the bootloader does not roll it back.`,
        ),
    ...(record.usable
      ? [
          offer(
            'invalid',
            `Gives this entry the state INVALID: its app counts as not working, and the bootloader ignores the entry.`,
          ),
        ]
      : []),
  ];
}
