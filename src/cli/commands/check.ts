/** `check`: a build on an empty flash of its chip: rules of the table, what fits, how full it is, and what would start. */
import type { Source } from '../../flash/dropped-file.ts';
import type { Inspection } from '../../flash/family.ts';
import { bytes } from '../../flash/finding.ts';
import type { Finding, Refusal } from '../../flash/finding.ts';
import { plainName } from '../../flash/names.ts';
import type { ConnectedState } from '../../session/state.ts';
import { carryOut } from '../carry-out.ts';
import type { Answer, Call, Command } from '../command.ts';
import { commandFailure } from '../failures.ts';
import type { FlashSession } from '../flash-session.ts';
import { baseName, connected } from '../flash-session.ts';
import { imagesIn } from '../check/build-chip.ts';
import { CHECK_FORMATS, PRINTED } from '../check/formats.ts';
import { fileSystemUsage, fillCells, overThreshold, percentOf, slotUsage } from '../check/usage.ts';
import { startReason } from '../../session/words/board.ts';
import { mayStartNothing, startLine } from '../words/board.ts';
import { findingLines, hasProblem, once } from '../words/findings.ts';
import { fileFindings, fileRows } from '../words/plan.ts';
import { blocks, columns, section } from '../words/text.ts';
import { agreeTo, filesJson, readyPlan } from '../planning.ts';
import { EXIT } from '../exit-status.ts';

/** The flash size where neither an option nor a bootloader says it: the usual one of modules, in bytes. */
const USUAL_FLASH = 4 << 20;

/** An empty flash of the chip that the build is for. Throws `image-of-which-chip` where that is not clear. */
async function emptyFlash(path: string, sources: readonly Source[], call: Call): Promise<FlashSession> {
  const { given, host } = call;
  const found = await imagesIn(sources);
  const [only, ...others] = found.chips;
  const chip = given.value('chip') ?? (others.length === 0 ? only : undefined);
  if (chip === undefined) {
    const says = found.chips.length === 0 ? 'None of its images names a chip.' : 'Its images are for several chips.';
    const names = found.chips.length === 0 ? 'those that this program knows' : found.chips.join(', ');
    throw commandFailure('image-of-which-chip', { values: { file: plainName(path), says, names } });
  }
  const flashSize = given.size('flash-size') ?? found.flashSize ?? USUAL_FLASH;
  const name = `an empty flash of ${bytes(flashSize)}`;
  const data = new Uint8Array(flashSize).fill(0xff);
  return connected(await host.openImage({ name, data, chip, flashSize }), name, call);
}

/** A refusal or a question as a finding: on an empty flash, nobody is asked. */
function asFinding(refusal: Refusal, verdict: 'problem' | 'warning'): Finding {
  const { kind, place, values, says, next, nextByCommand } = refusal;
  return { kind, verdict, place, values, says, next, ...(nextByCommand !== undefined && { nextByCommand }) };
}

/** What is found in the files before anything is written. */
function findingsBefore(state: ConnectedState): Finding[] {
  const { work } = state;
  return [
    ...fileFindings(state),
    ...(work.kind === 'refused' ? work.refusals.map((refusal) => asFinding(refusal, 'problem')) : []),
    ...(work.kind === 'planned' ? work.asks.map((ask) => asFinding(ask, 'warning')) : []),
  ];
}

async function run(call: Call): Promise<Answer> {
  const { given, host, paint } = call;
  const [path = ''] = given.operands;
  const format = given.oneOf('format', CHECK_FORMATS) ?? (given.has('json') ? 'json' : 'text');
  const threshold = given.percent('threshold') ?? 100;
  const sources = await host.files.sources(path);
  const flash = await emptyFlash(path, sources, call);
  await flash.tell({ do: 'add-files', files: sources });
  const state = flash.state;
  const before = findingsBefore(state);
  // The flash holds nothing that could be lost.
  await agreeTo(flash, () => true);
  const isWritten = readyPlan(flash) !== null && (await carryOut(flash)).done;
  if (isWritten) await flash.diagnose();
  const board = isWritten ? flash.board : null;
  const fills = [...slotUsage(state), ...(isWritten ? await fileSystemUsage(flash) : [])];
  const findings = once([...before, ...(board?.findings ?? []), ...overThreshold(fills, threshold)]);
  const sound = board !== null && !hasProblem(findings) && !mayStartNothing(board);
  const located = findings.map((finding) => ({ finding, path: pathOf(finding, path, sources) }));
  const json = {
    source: path,
    sound,
    chip: state.board.identity.chip,
    ...filesJson(state),
    findings: located.map((each) => ({ ...each.finding, path: each.path })),
    fill: fills.map((fill) => ({ ...fill, percent: percentOf(fill) })),
    threshold,
    boot: board?.boot ?? null,
    layout: board?.layout ?? null,
  };
  const text = () =>
    blocks(
      [`${baseName(path)} on ${flash.name} of the ${state.board.identity.chip}`],
      section(paint, 'Files', fileRows(state)),
      section(paint, 'Fill', columns(fills.map(fillCells))),
      section(paint, 'Start', startLines(board)),
      section(paint, 'Findings', findingLines(findings, board?.layout ?? state.board.layout, paint)),
      [sound ? paint('good', 'No problems found.') : paint('problem', 'Problems found.')],
    );
  const result = PRINTED[format]({ path, located, text, md5: host.md5 });
  return {
    status: sound ? EXIT.sound : EXIT.problems,
    result: result ?? '',
    json,
    ...(result === null && { asJson: true }),
  };
}

/** What would start, or that nothing was written. */
function startLines(board: Inspection | null): string[] {
  if (board === null) return ['  Nothing would be written: see the findings.'];
  return [`  ${startLine(board)}.`, ...(board.boot === null ? [] : [`  ${startReason(board.boot)}`])];
}

/** The path of the file that a finding is about, from the folder in which the command runs; null if it is about none. */
function pathOf({ place, values }: Finding, path: string, sources: readonly Source[]): string | null {
  // What is wrong at a place of the flash names the file that was to go there.
  const name = place.in === 'file' ? place.name : values['file'];
  if (typeof name !== 'string') return null;
  const source = sources.find((each) => each.path === name) ?? sources.find((each) => each.path.endsWith(`/${name}`));
  const below = source?.path.indexOf('/') ?? -1;
  // A part of an archive has no path of its own.
  return source === undefined || below < 0 ? path : `${path.replace(/\/+$/, '')}/${source.path.slice(below + 1)}`;
}

/** The command. */
export const check: Command = {
  name: 'check',
  operands: 'BUILD-FOLDER',
  least: 1,
  most: 1,
  says: 'Check a build: rules of its table, whether each file fits, how full it is, and what would start.',
  more: [
    'The build is written to an empty flash in memory. A folder of ESP-IDF, PlatformIO or Arduino, or a ZIP archive of one.',
    'Exit status 1 if problems are found.',
  ],
  options: [
    { name: 'threshold', value: 'PERCENT', says: 'A slot or file system that is fuller is a problem; 100 if omitted.' },
    {
      name: 'format',
      value: 'FORM',
      says: 'text, json, github (annotations) or gitlab (code quality); text if omitted.',
    },
    { name: 'chip', value: 'CHIP', says: 'The chip, if the images name none or several.' },
    {
      name: 'flash-size',
      value: 'SIZE',
      says: 'The size of the flash; what the bootloader says if omitted, else 4MB.',
    },
  ],
  run,
};
