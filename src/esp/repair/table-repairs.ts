/** Repairs of partition tables: the one changed byte put back, the rows written again, one row corrected, another table dropped. */
import { Failure } from '../../flash/failure.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Editing } from '../../flash/layout-editor.ts';
import type { Repair, RepairRule } from '../../flash/repair.ts';
import { TABLE_SPACE } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { writeCsv } from '../partitions/csv-write.ts';
import { beginEditing, edited, pairsOf, tableOf } from '../partitions/edit.ts';
import { mostRows } from '../partitions/write-table.ts';
import type { EspRepairContext } from './context.ts';
import { opens } from './context.ts';

type Rule = RepairRule<EspRepairContext>;

/** The name under which a repaired table is among the files. */
const TABLE_FILE = 'Repaired table';

const DROP_TABLE = opens(
  'flash',
  'Drop a partition table',
  'The partitions.bin or partitions.csv of the build: Sectorwise writes it with its checksum.',
);
const EDIT_ROWS = opens(
  'layout',
  'Look through the rows',
  'Opens the partition table in Layout: correct its rows there. Nothing is written before you have seen the plan.',
);

const restores: NonNullable<Rule['restores']> = (_, { board: { esp } }) => {
  return [{ region: REGION, address: esp.table.address, size: TABLE_SPACE }];
};

/** Nothing is left of the table: it has to come from somewhere else. */
export const TABLE_GONE: Rule = {
  restores,
  repairs: (_, context) => {
    const proved = oneByte(context);
    return proved.length > 0 ? proved : [...putTogether(context), DROP_TABLE];
  },
  none: (_, at) => `The table is gone, and only the build knows it: ${at.drop} its partitions.bin or partitions.csv.`,
};

/** Rows can be read, but the bootloader does not take the table. */
export const TABLE_DAMAGED: Rule = {
  restores,
  repairs: (_, context) => {
    const proved = oneByte(context);
    return proved.length > 0 ? [...proved, EDIT_ROWS] : [...putTogether(context), ...writtenAgain(context), DROP_TABLE];
  },
  none: (_, at) => `No row of the table can be read: ${at.drop} the partitions.bin or partitions.csv of the build.`,
};

/** A row breaks a rule: corrected with the one value that the rules give, or by hand. */
export const ROW_WRONG: Rule = {
  repairs: (finding, context) => [...putTogether(context), ...corrected(finding, context), ...byHand(context)],
  none: 'The rows of a damaged table are not edited one by one: repair the table first.',
};

/** What a closer look put together from the flash: a person looks at it first where a row is not sure. */
function putTogether({ board: { esp } }: EspRepairContext): Repair[] {
  const proposal = esp.look?.proposal;
  if (proposal === undefined) return [];
  const rows = proposal.rows.map(({ row }) => row);
  const write = planned(edited(beginEditing([]), { edit: 'replace', rows }), {
    label: 'Write the reconstructed table',
    reason: proposal.says,
  });
  const look: Repair = {
    label: 'Look at the reconstructed table',
    reason: 'The rows are in the editor of the layout: correct what you know better, then plan the change.',
    request: { do: 'open', view: 'layout', ...(proposal.link !== undefined && { link: proposal.link }) },
  };
  const isSure = proposal.rows.every(({ certainty }) => certainty === 'sure');
  return isSure ? [...write, look] : [look, ...write];
}

function oneByte({ board: { esp } }: EspRepairContext): Repair[] {
  const { address, fix } = esp.table;
  if (fix === undefined) return [];
  const does = `the partition table will be corrected in ${fix.where}`;
  const request = { do: 'write-bytes', name: TABLE_FILE, does, address, data: fix.data } as const;
  if (fix.md5Only) {
    const reason = `Only the checksum is damaged (${fix.says}): with so few bytes of it wrong, the rows are what they were.`;
    return [{ label: 'Write the right checksum', reason, request }];
  }
  const reason = 'With this one byte corrected, the table matches its MD5.';
  return [{ label: `Correct ${fix.says}`, reason, request }];
}

/** The rows as they were read, with a checksum of their own: a person looks at them first where nothing proves them. */
function writtenAgain(context: EspRepairContext): Repair[] {
  const { rows } = context.board.esp.table.reading;
  if (rows.length === 0 || rows.length > mostRows(true)) return byHand(context);
  const again = planned(beginEditing(rows), {
    label: 'Write these rows again',
    reason: 'The rows stay as they can be read, and get a right checksum. Look through them first: one may be wrong.',
  });
  return [EDIT_ROWS, ...again];
}

function corrected(finding: Finding, { board, row, table }: EspRepairContext): Repair[] {
  if (row === null || board.esp.table.reading.state !== 'whole') return [];
  const { editing, answers } = table();
  const own = editing.rows.find(({ name, offset }) => name === finding.values['name'] && offset === row.offset);
  const answer = answers.find(({ row: id, finding: { kind } }) => kind === finding.kind && id === own?.id);
  if (own === undefined || answer === undefined || answer.correction === null) return [];
  const { says, edit } = answer.correction;
  const reason = 'The only value that the rules of partition tables give. What becomes of the content is in the plan.';
  return planned(edited(editing, edit), { label: `${own.name}: ${says}`, reason });
}

function byHand({ board: { esp } }: EspRepairContext): Repair[] {
  if (esp.table.reading.rows.length === 0) return [];
  return [opens('layout', 'Edit the layout', 'The editor shows what each rule says, and what follows from a change.')];
}

/** A layout to write; nothing where no CSV can express it. */
function planned(editing: Editing, words: Pick<Repair, 'label' | 'reason'>): Repair[] {
  const same = pairsOf(editing);
  try {
    const csv = writeCsv(tableOf(editing));
    return [{ ...words, request: { do: 'change-layout', csv, ...(same !== null && { same }) } }];
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
