/** `boot show` and `boot set`: what selects the app that a board starts, and another choice. */
import type { BootChoice, BootSelection } from '../../flash/boot-choice.ts';
import { bare } from '../../flash/map.ts';
import { startReason } from '../../session/words/board.ts';
import { wrongValue } from '../arguments.ts';
import { showOrApplyPlan } from '../carry-out.ts';
import type { Answer, Call, Command } from '../command.ts';
import { commandFailure, noSuchName } from '../failures.ts';
import type { FlashSession } from '../flash-session.ts';
import { openFlash } from '../flash-session.ts';
import { FLASH_OPTIONS, OUT } from '../options.ts';
import { PLAN_OPTIONS } from '../planning.ts';
import { startLine } from '../words/board.ts';
import { blocks, columns, section } from '../words/text.ts';
import { EXIT } from '../exit-status.ts';

const MARKS = ['valid', 'invalid'] as const;

/** What selects the app that starts; throws `no-boot-choice` for a board without such entries. */
function selectionOf({ board, name }: FlashSession): BootSelection {
  if (board.selection !== undefined) return board.selection;
  const why = board.boot?.says ?? 'Nothing is known of what starts.';
  throw commandFailure('no-boot-choice', { values: { file: name, why } });
}

async function shown(call: Call): Promise<Answer> {
  const { flash } = await openFlash(call);
  const selection = selectionOf(flash);
  const { boot } = flash.board;
  const entries = selection.entries.map(({ name, selects, says }) => [name, selects ?? '–', says]);
  return {
    status: EXIT.sound,
    result: blocks(
      [`${startLine(flash.board)}.`, ...(boot === null ? [] : [startReason(boot)])],
      section(call.paint, 'Entries', columns(entries)),
      section(
        call.paint,
        'Choices',
        columns(selection.offers.map((offer) => [optionsFor(flash, offer.choice), offer.does])),
      ),
    ),
    json: { source: flash.name, boot, selection },
  };
}

/** What of `boot set` asks for a choice. */
function optionsFor({ board: { layout, selection } }: FlashSession, choice: BootChoice): string {
  switch (choice.do) {
    case 'start':
      return layout.partitions.find(({ region, address }) => isAt(choice.range, region, address))?.name ?? '';
    case 'mark':
      return `${selection?.entries[choice.entry]?.selects ?? ''} --mark ${choice.as}`;
    case 'forget':
      return '--forget';
  }
}

function isAt(range: { readonly region: string; readonly address: number }, region: string, address: number): boolean {
  return range.region === region && range.address === address;
}

async function set(call: Call): Promise<Answer> {
  const { flash, rest } = await openFlash(call);
  selectionOf(flash);
  await flash.tell({ do: 'choose-start', choice: choiceOf(flash, rest[0] ?? null, call) });
  return showOrApplyPlan(flash, call);
}

/** What a person asks for. Throws the failures of names and of options that do not go together. */
function choiceOf(flash: FlashSession, name: string | null, { given }: Call): BootChoice {
  const as = given.oneOf('mark', MARKS);
  if (given.has('forget')) {
    if (name !== null || as !== null) throw wrongValue('forget', 'neither a partition nor --mark', name ?? as ?? '');
    return { do: 'forget' };
  }
  if (name === null)
    throw commandFailure('operands-wrong', {
      values: { command: 'boot set', takes: 'IMAGE PARTITION, or --forget', given: 'no partition is' },
    });
  const partition = flash.partition(name, 'app partition', ({ role }) => role === 'app');
  if (as === null) return { do: 'start', range: bare(partition) };
  const { offers } = selectionOf(flash);
  const marks = offers.flatMap(({ choice, marks: app }) =>
    choice.do === 'mark' && choice.as === as ? [{ choice, app: app ?? '' }] : [],
  );
  const found = marks.find(({ app }) => app === name);
  if (found === undefined)
    throw noSuchName(
      `app to mark ${as} in`,
      name,
      `on ${flash.name}`,
      marks.map(({ app }) => app),
    );
  return found.choice;
}

/** The commands for what starts. */
export const boot: readonly Command[] = [
  {
    name: 'boot show',
    operands: 'IMAGE',
    least: 1,
    most: 1,
    says: 'Show which app a board starts and why: its otadata, and what can be chosen instead.',
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
      ...PLAN_OPTIONS,
    ],
    run: set,
  },
];
