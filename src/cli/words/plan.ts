/** A plan in words: the same sentences as on the page, below each other. */
import type { StretchGroup } from '../../flash/describe.ts';
import { describeStretch, stretchGroups, stretchWords, summarise } from '../../flash/describe.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Layout } from '../../flash/layout.ts';
import type { ConnectedState, ContainerView, FileView, Planned } from '../../session/state.ts';
import { openAsks } from '../../session/state.ts';
import { chosenRanges } from '../../session/words/doing.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { startLines } from '../../session/words/layout-change.ts';
import { fateLines } from '../../session/words/plan.ts';
import { findingLines, refusalLines } from './findings.ts';
import type { Paint } from './text.ts';
import { columns, section } from './text.ts';

/** What was given: each file, what it is and where it goes, and what of a container is not used. */
export function fileRows({ files, containers }: Pick<ConnectedState, 'files' | 'containers'>): string[] {
  return [
    ...containers.flatMap(containerRows),
    ...columns(files.filter(({ used }) => used).map((file) => [file.name, `→ ${placeOf(file)}`, file.recognised.says])),
  ];
}

/** The same with what was found in them. */
export function fileLines(state: Pick<ConnectedState, 'files' | 'containers'>, layout: Layout, paint: Paint): string[] {
  return [
    ...fileRows(state),
    ...findingLines(
      fileFindings(state).filter(({ verdict }) => verdict !== 'good'),
      layout,
      paint,
    ),
  ];
}

/** What was found in the containers and in the files that are used. */
export function fileFindings({ files, containers }: Pick<ConnectedState, 'files' | 'containers'>): Finding[] {
  return [
    ...containers.flatMap(({ findings }) => findings),
    ...files.flatMap(({ used, recognised }) => (used ? recognised.findings : [])),
  ];
}

function placeOf({ choices, chosen }: FileView): string {
  return choices[chosen ?? -1]?.name ?? 'no place yet';
}

function containerRows({ name, says, left, builds, failure }: ContainerView): string[] {
  return [
    `  ${name}: ${failure?.says ?? says}`.trimEnd(),
    ...(failure === null ? [] : [`    ${failure.nextByCommand ?? failure.next}`]),
    ...columns(
      left.map((each) => [each.name, each.why]),
      4,
    ),
    ...columns(
      (builds?.options ?? []).map((build) => [`--build ${build.id}`, build.name, build.why]),
      4,
    ),
  ];
}

/** One stretch in a line, several for one reason below that reason. */
function stretchLines({ why, first, stretches }: StretchGroup): string[] {
  const [only, ...more] = stretches;
  if (only !== undefined && more.length === 0) return [`  ${first}. ${describeStretch(only)}`];
  return [`  ${why}:`, ...stretches.map((stretch, i) => `    ${first + i}. ${stretchWords(stretch)}`)];
}

/** A plan, block by block. */
export function planBlocks(work: Planned, state: ConnectedState, paint: Paint): readonly (readonly string[])[] {
  const { board } = state;
  const holder = board.identity.file === undefined ? 'board' : 'image';
  const { says, rest } = headlineOf(work, state, holder, false);
  const lines = fateLines(work.plan, work.fates, work.purpose.kind, chosenRanges(state.files));
  return [
    [[paint('strong', says), rest].filter((words) => words !== '').join(' '), work.afterwards, ...startLines(work)],
    section(
      paint,
      'What happens',
      columns(
        lines.map((line) => [line.meaning === 'changes' ? 'changes' : 'stays', line.says, paint('quiet', line.exact)]),
      ),
    ),
    section(paint, 'In write order', [`  ${summarise(work.plan)}`, ...stretchGroups(work.plan).flatMap(stretchLines)]),
    section(
      paint,
      'Questions',
      openAsks(work).flatMap((ask) => refusalLines(ask, board.layout, paint)),
    ),
  ];
}
