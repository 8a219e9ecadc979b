/** From the files and options of a command to what the session plans for them. */
import type { Choice } from '../flash/dropped-file.ts';
import type { Refusal } from '../flash/finding.ts';
import { askKey, hex } from '../flash/finding.ts';
import type { ConnectedState, FileView, Planned } from '../session/state.ts';
import { openAsks } from '../session/state.ts';
import { sizeFrom, wrongValue } from './arguments.ts';
import type { Answer, Call, OptionWords } from './command.ts';
import { noSuchName } from './failures.ts';
import type { FlashSession } from './flash-session.ts';
import { baseName } from './flash-session.ts';
import { refusalLines } from './words/findings.ts';
import { fileLines, planBlocks } from './words/plan.ts';
import { blocks, section } from './words/text.ts';
import { EXIT } from './exit-status.ts';

/** The option that answers what a plan asks. */
export const YES: OptionWords = {
  name: 'yes',
  value: 'KIND',
  many: true,
  says: 'Agree to the question of this kind, as the plan names it.',
};

/** The options of everything that plans with the settings of a board: `applySettings` and `grantConsents` read them. */
export const PLAN_OPTIONS: readonly OptionWords[] = [
  {
    name: 'set',
    value: 'NAME=VALUE',
    many: true,
    says: 'A flashing option, such as erase=all or header-size=8MB; a wrong one lists them.',
  },
  YES,
];

/** Applies `--set`. Throws `option-value-wrong` for a name or a value that this board does not offer. */
export async function applySettings(flash: FlashSession, { given }: Call): Promise<void> {
  for (const [id, value] of given.pairs('set', 'NAME=VALUE')) {
    const { settings } = flash.board;
    const setting = settings.find((each) => each.id === id);
    if (setting === undefined) {
      const names = settings.map((each) => `${each.id}=…`).join(', ');
      const none = `nothing for ${flash.name}, which has no flashing options`;
      throw wrongValue('set', names === '' ? none : `one of ${names}`, `${id}=${value}`);
    }
    if (setting.fixed !== undefined || !setting.options.some((option) => option.id === value))
      throw wrongValue(
        'set',
        setting.fixed ?? setting.options.map((option) => `${id}=${option.id}`).join(', '),
        `${id}=${value}`,
      );
    await flash.tell({ do: 'set', id, value });
  }
}

/** Adds files and folders, and puts them where `--place` and `--build` say. Throws the failures of reading and of names. */
export async function addFiles(flash: FlashSession, { given, host }: Call, paths: readonly string[]): Promise<void> {
  for (const path of paths) await flash.tell({ do: 'add-files', files: await host.files.sources(path) });
  const build = given.value('build');
  if (build !== null)
    for (const { id, builds } of flash.state.containers)
      if (builds !== undefined) await flash.tell({ do: 'place', id, choice: build });
  for (const [name, place] of given.pairs('place', 'FILE=PARTITION')) {
    const { files } = flash.state;
    const file = files.find((each) => each.name === name) ?? files.find((each) => baseName(each.name) === name);
    if (file === undefined)
      throw noSuchName(
        'file',
        name,
        'among those given',
        files.map((each) => each.name),
      );
    await putAt(flash, file, place);
  }
}

async function putAt(flash: FlashSession, { id, choices }: FileView, place: string): Promise<void> {
  const address = sizeFrom(place);
  const choice =
    choices.find((each) => each.name === place || each.id === place) ??
    choices.find((each) => partitionOf(flash, each) === place) ??
    choices.find((each) => each.address === address);
  if (choice !== undefined) return void (await flash.tell({ do: 'place', id, choice: choice.id }));
  if (address !== null) return void (await flash.tell({ do: 'place-at', id, address }));
  const offered = choices.map((each) => partitionOf(flash, each) ?? each.name);
  throw noSuchName('place', place, 'for this file', offered);
}

/** The partition that begins where a choice does. */
function partitionOf(flash: FlashSession, { region, address }: Choice): string | null {
  const { partitions } = flash.board.layout;
  return partitions.find((each) => each.region === region && each.address === address)?.name ?? null;
}

/** Agrees to the questions that `--yes` names. */
export function grantConsents(flash: FlashSession, { given }: Call): Promise<void> {
  const kinds = given.all('yes');
  return agreeTo(flash, ({ kind }) => kinds.includes(kind));
}

/** Agrees to some of the questions of a plan. */
export async function agreeTo(flash: FlashSession, isAgreed: (ask: Refusal) => boolean): Promise<void> {
  const { work } = flash;
  for (const ask of work.kind === 'planned' ? work.asks : [])
    if (isAgreed(ask)) await flash.tell({ do: 'consent', ask: askKey(ask), yes: true });
}

/** The plan of a session that may be carried out; null if something speaks against it, or nothing was planned. */
export function readyPlan({ work }: FlashSession): Planned | null {
  return work.kind === 'planned' && openAsks(work).length === 0 ? work : null;
}

/** Why nothing has to be done: what was asked for is so already; null if something has to, or speaks against it. */
export function nothingToDo({ work }: FlashSession): readonly Refusal[] | null {
  const refusals = work.kind === 'refused' ? work.refusals : [];
  return refusals.length > 0 && refusals.every(({ already }) => already === true) ? refusals : null;
}

/** What is planned, or why nothing is, as an answer. */
export function planAnswer(flash: FlashSession, { paint }: Call): Answer {
  const { state } = flash;
  const { work, board } = state;
  const files = section(paint, 'Files', fileLines(state, board.layout, paint));
  const already = nothingToDo(flash);
  if (already !== null)
    return {
      status: EXIT.sound,
      result: blocks(
        files,
        already.map(({ says, next, nextByCommand = next }) => `${says} ${nextByCommand}`),
      ),
      json: { source: flash.name, ...filesJson(state), refusals: [], already },
    };
  if (work.kind === 'refused')
    return {
      status: EXIT.refused,
      result: blocks(
        files,
        work.refusals.flatMap((refusal) => refusalLines(refusal, board.layout, paint)),
      ),
      json: { source: flash.name, ...filesJson(state), refusals: work.refusals },
    };
  if (work.kind !== 'planned')
    return {
      status: EXIT.refused,
      result: blocks(files, ['Nothing is planned: give a file, or a setting with --set.']),
      json: { source: flash.name, ...filesJson(state), refusals: [] },
    };
  return {
    status: openAsks(work).length > 0 ? EXIT.refused : EXIT.sound,
    result: blocks(files, ...planBlocks(work, state, paint)),
    json: { source: flash.name, ...filesJson(state), plan: planJson(work) },
  };
}

/** A plan as data: what the page has of it, without the bytes of files to save. */
function planJson(work: Planned): object {
  const { plan, purpose, layout, fates, summary, estimateMs, asks, granted, afterwards, gaps, saves, unprovable } =
    work;
  const open = openAsks(work).map(askKey);
  return {
    purpose,
    summary,
    afterwards,
    plan,
    fates,
    layout,
    estimateMs,
    gaps,
    asks: asks.map((ask) => ({ ...ask, granted: !open.includes(askKey(ask)) })),
    granted: granted.length,
    unprovable,
    saves: saves.map(({ name, label }) => ({ name, label })),
  };
}

/** The files as data. */
export function filesJson({ files, containers }: ConnectedState): object {
  return {
    files: files.map(({ name, size, used, recognised, choices, chosen }) => {
      const choice = choices[chosen ?? -1];
      return {
        name,
        size,
        used,
        recognised,
        place: choice === undefined ? null : { name: choice.name, address: hex(choice.address), why: choice.why },
      };
    }),
    containers: containers.map(({ name, kind, says, left, findings, failure }) => ({
      name,
      kind,
      says,
      left,
      findings,
      failure,
    })),
  };
}
