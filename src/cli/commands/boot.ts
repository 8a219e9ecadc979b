/** `boot show` and `boot set`: what selects the app that a board starts, and another choice. */
import type { BootChoice, BootOffer, BootSelection } from '../../flash/boot-choice.ts';
import type { Refusal } from '../../flash/finding.ts';
import { partitionAt } from '../../flash/layout.ts';
import { bare } from '../../flash/map.ts';
import { startReason } from '../../session/words/board.ts';
import { wrongValue } from '../arguments.ts';
import { showOrApplyPlan } from '../carry-out.ts';
import type { Answer, Call, Command } from '../command.ts';
import { commandFailure, noSuchName } from '../failures.ts';
import type { FlashSession } from '../flash-session.ts';
import { openFlash } from '../flash-session.ts';
import { FLASH_OPTIONS, OUT } from '../options.ts';
import { YES } from '../planning.ts';
import { mayStartNothing, startLine } from '../words/board.ts';
import { refusalLines } from '../words/findings.ts';
import { blocks, columns, section } from '../words/text.ts';
import { EXIT } from '../exit-status.ts';

const MARKS = ['valid', 'invalid'] as const;

/**
 * Has the session refuse a choice, and gives its reasons, for a board whose entries are not known: then any choice is refused for them.
 * Throws `no-boot-choice` for a board that has no entries.
 */
async function refuseAny(flash: FlashSession): Promise<readonly Refusal[]> {
  const { work, board } = await flash.tell({ do: 'choose-start', choice: { do: 'forget' } });
  const refusals = work.kind === 'refused' ? work.refusals : [];
  if (refusals.length > 0 && refusals.every(({ kind }) => kind !== 'no-boot-entries')) return refusals;
  const why = board.boot?.says ?? 'Nothing is known of what starts.';
  throw commandFailure('no-boot-choice', { values: { file: flash.name, why } });
}

async function shown(call: Call): Promise<Answer> {
  const { flash } = await openFlash(call);
  const { paint } = call;
  const { board, name: source } = flash;
  const { boot, selection = null, layout } = board;
  const starts = [`${startLine(board)}.`, ...(boot === null ? [] : [startReason(boot)])];
  const sound = !mayStartNothing(board);
  if (selection === null) {
    const refusals = await refuseAny(flash);
    return {
      status: sound ? EXIT.refused : EXIT.problems,
      result: blocks(
        starts,
        refusals.flatMap((refusal) => refusalLines(refusal, layout, paint)),
      ),
      json: { source, boot, selection, refusals },
    };
  }
  const entries = selection.entries.map(({ name, selects, says }) => [name, selects ?? '–', says]);
  const offers = selection.offers.filter((offer) => canBeAsked(offer, selection));
  return {
    status: sound ? EXIT.sound : EXIT.problems,
    result: blocks(
      starts,
      section(paint, 'Entries', columns(entries)),
      section(paint, 'Choices', columns(offers.map(({ choice, does }) => [optionsFor(flash, choice), does]))),
    ),
    json: { source, boot, selection, refusals: [] },
  };
}

/** Whether `boot set` makes this choice of what is asked for: a mark is asked for by the app, not by the entry. */
function canBeAsked({ choice, marks }: BootOffer, selection: BootSelection): boolean {
  return choice.do !== 'mark' || (marks !== undefined && entryOf(marks, selection) === choice.entry);
}

/** The index of the entry that selects an app, the one that counts if both do; null if none does. */
function entryOf(app: string, { entries }: BootSelection): number | null {
  const own = entries.filter(({ selects }) => selects === app);
  const found = own.find(({ counts }) => counts) ?? own[0];
  return found === undefined ? null : entries.indexOf(found);
}

/** What of `boot set` asks for a choice. */
function optionsFor({ board: { layout, selection } }: FlashSession, choice: BootChoice): string {
  switch (choice.do) {
    case 'start':
      return partitionAt(layout, choice.range)?.name ?? '';
    case 'mark':
      return `${selection?.entries[choice.entry]?.selects ?? ''} --mark ${choice.as}`;
    case 'forget':
      return '--forget';
  }
}

async function set(call: Call): Promise<Answer> {
  const { flash, rest } = await openFlash(call);
  const { selection } = flash.board;
  if (selection === undefined) await refuseAny(flash);
  else await flash.tell({ do: 'choose-start', choice: choiceOf({ flash, selection }, rest[0] ?? null, call) });
  return showOrApplyPlan(flash, call);
}

/** A flash whose entries are known. */
interface Selecting {
  readonly flash: FlashSession;
  readonly selection: BootSelection;
}

/** What a person asks for. Throws the failures of names and of options that do not go together. */
function choiceOf({ flash, selection }: Selecting, name: string | null, { given }: Call): BootChoice {
  const as = given.oneOf('mark', MARKS);
  if (given.has('forget')) {
    if (name !== null || as !== null) throw wrongValue('forget', 'neither a partition nor --mark', name ?? as ?? '');
    return { do: 'forget' };
  }
  if (name === null)
    throw commandFailure('operands-wrong', {
      values: { command: 'boot set', takes: 'IMAGE PARTITION, or --forget', given: 'no partition is' },
    });
  const partition = flash.app(name);
  if (as === null) return { do: 'start', range: bare(partition) };
  const entry = entryOf(name, selection);
  if (entry === null) {
    const selected = selection.entries.flatMap(({ selects }) => selects ?? []);
    throw noSuchName(`app to mark ${as} in`, name, `on ${flash.name}`, [...new Set(selected)]);
  }
  return { do: 'mark', entry, as };
}

/** The commands for what starts. */
export const boot: readonly Command[] = [
  {
    name: 'boot show',
    operands: 'IMAGE',
    least: 1,
    most: 1,
    says: 'Show which app a board starts and why: its otadata, and what can be chosen instead.',
    more: [
      'Exit status 1 if nothing would start, 3 if otadata cannot be read.',
      'Of the bootloader only the header is read: "inspect" checks all of it.',
    ],
    options: [...FLASH_OPTIONS],
    run: shown,
  },
  {
    name: 'boot set',
    operands: 'IMAGE [PARTITION]',
    least: 1,
    most: 2,
    says: 'Choose the app that starts, in a copy of a flash: only otadata is written.',
    more: ['Without -o only the plan is shown. Exit status 3 if it is refused, or a question is open.'],
    options: [
      ...FLASH_OPTIONS,
      OUT,
      { name: 'mark', value: 'STATE', says: 'Mark the app in PARTITION as valid or invalid instead of starting it.' },
      { name: 'forget', says: 'Erase otadata: the board starts what it starts without a choice.' },
      YES,
    ],
    run: set,
  },
];
