/** Questions before files replace what is on the board for good: the app that it starts now, settings, files, other data. */
import { inPhrase } from '../../flash/english.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import { segmentRange } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { inFile, shown } from '../../formats/words.ts';
import type { AppImage } from '../../formats/app-image.ts';
import { REGION } from '../loader/target.ts';
import type { TableRow } from '../partitions/table.ts';
import { TYPE_APP } from '../partitions/types.ts';
import type { EspArranged } from './arrange.ts';
import type { ArrangeContext } from './context.ts';
import { replacedData, sameAfterwards } from './replaced-data.ts';
import type { FileKind } from './identify.ts';
import { partsWritten } from './merged-plan.ts';
import type { EspPlaced } from './placed.ts';
import { refuse } from './refusals.files.ts';
import { exactPlace } from './words.ts';

/** Every question about content on the board that the placed files replace. */
export function checkLoss(arranged: EspArranged): Refusal[] {
  return arranged.placed.flatMap((placement) => {
    if (placement.choice?.fits !== true) return [];
    return [...checkRunning(placement, arranged.context), ...checkData(placement, arranged)];
  });
}

/** The app that the board starts now; null if nothing starts, or that is not known. */
export function runningApp({ board }: ArrangeContext): TableRow | null {
  return board.boot === null || board.boot.partition === null ? null : board.esp.prediction.boots;
}

/** The question before the running app is replaced although another slot has room for the new one. */
function checkRunning(placement: EspPlaced, context: ArrangeContext): Refusal[] {
  const before = runningApp(context);
  const row = before === null ? undefined : sameAfterwards(before, context);
  if (before === null || row === undefined) return [];
  const { file, own } = placement;
  const range = { region: REGION, address: row.offset, size: row.size };
  if (!own.some((segment) => overlaps(segmentRange(segment), range))) return [];
  const { esp } = context.board;
  const now = esp.apps.get(before.offset);
  const image = imageAt(placement, row);
  // Where partitions overlap, or a file reaches over the end of its own, there is a question about that.
  if (image === null && placement.choice?.place !== 'address') return [];
  const same = image?.description?.elfSha256;
  if (same !== undefined && same === now?.elfSha256) return [];
  const instead = insteadOf(placement, row, context);
  if (instead === null) return [];
  const name = now === undefined ? 'the app' : `${now.project} ${now.version}`.trim();
  const net = esp.prediction.fallbacks.find((other) => esp.loads.has(other.offset));
  const meanwhile =
    net === undefined
      ? 'An interruption leaves the board without an app until you flash again.'
      : `If that is interrupted, the board starts ${net.name} instead.`;
  const does = image === null ? 'overwrites part of' : 'replaces';
  const values = { file: shown(file), does, app: name, partition: row.name, address: hex(row.offset), meanwhile };
  return [{ ...refuse('running-app-replaced', { in: 'flash', range }, { ...values, ...instead }), changes: [range] }];
}

/** The image that a placement puts at the start of a partition; null if it puts something else there. */
function imageAt({ what, choice }: EspPlaced, row: TableRow): AppImage | null {
  if (what.is === 'merged') return what.merged.parts.find(({ address }) => address === row.offset)?.image ?? null;
  return what.is === 'image' && choice?.address === row.offset ? what.image : null;
}

/** Where the new app could go instead, so that the running one stays; null if there is no such place. */
function insteadOf(
  { file, what, choices }: EspPlaced,
  row: TableRow,
  { table }: ArrangeContext,
): { readonly other?: string; readonly merged?: string } | null {
  if (what.is === 'image') {
    const other = choices.find((each) => each.place === 'app' && each.fits && each.row.offset !== row.offset);
    return other === undefined ? null : { other: other.name };
  }
  if (what.is !== 'merged') return {};
  const { parts } = what.merged;
  const size = parts.find(({ address }) => address === row.offset)?.data.length ?? file.data.length;
  const own = new Set([row.offset, ...parts.map(({ address }) => address)]);
  const other = table.rows.find((each) => each.type === TYPE_APP && !own.has(each.offset) && each.size >= size);
  return other === undefined ? null : { other: other.name, merged: 'yes' };
}

/** The question before data that came along in a merged image or a build replaces data on the board. */
function checkData({ file, what, choice, own }: EspPlaced, { context, outcome }: EspArranged): Refusal[] {
  const source = cameWith(file, what);
  if (choice === null || source === null) return [];
  const ranges =
    what.is === 'merged'
      ? partsWritten(what.merged, choice)
          .filter(({ kind }) => kind === 'data')
          .map(rangeOf)
      : own.map(segmentRange);
  const { boots } = outcome.prediction;
  const startsNew = boots !== null && outcome.placed.has(boots.offset);
  // A boot selection is only lost if the board then starts something other than the new app.
  const held = replacedData(ranges, context).filter(({ content }) => !startsNew || content.kind !== 'otadata');
  if (held.length === 0) return [];
  const lost = held.map(({ row, content }) => `${exactPlace(row)} (${inPhrase(content.says)})`).join('; ');
  const values = Object.fromEntries(held.map(({ row, content }) => [row.name, content.says]));
  const changes = held.map(({ row }) => ({ region: REGION, address: row.offset, size: row.size }));
  return [{ ...refuse('data-replaced', inFile(file), { ...values, file: shown(file), lost, source }), changes }];
}

function rangeOf({ address, data }: { readonly address: number; readonly data: Uint8Array }): Range {
  return { region: REGION, address, size: data.length };
}

/** How data came with a file that was dropped for more than that; null if the file was dropped for its data alone. */
function cameWith({ at, typed }: DroppedFile, { is }: FileKind): 'merged' | 'build' | null {
  if (is === 'merged') return 'merged';
  return at !== undefined && typed !== true && (is === 'nvs' || is === 'file-system') ? 'build' : null;
}
