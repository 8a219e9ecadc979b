/** Choices for an app: slots that keep the old app as a fallback come first. */
import { inPhrase } from '../../flash/english.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import { bytes } from '../../flash/finding.ts';
import { isSameIdentity } from '../../flash/identity.ts';
import type { AppImage } from '../../formats/app-image.ts';
import { appName, shown } from '../../formats/words.ts';
import type { TableRow } from '../partitions/table.ts';
import { TYPE_APP } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import { readBarrierOf } from '../board/read-access.ts';
import type { ArrangeContext } from './context.ts';
import { startOf } from './merged-plan.ts';
import type { EspChoice, StartChange } from './placed.ts';
import { startSegments, startsUnasked } from './start.ts';

/** A choice with its rank; lower is better. */
interface RankedChoice {
  readonly choice: EspChoice;
  readonly rank: number;
}

/** The id of the choice for a partition: `name@offset`. */
export function choiceId(row: TableRow): string {
  return `${row.name}@${row.offset}`;
}

/**
 * Choices for an app, best first: the slot that already holds this app, then a slot that does not start now (the old app
 * stays as a fallback), then the one that does.
 */
export function appChoices(file: DroppedFile, image: AppImage, context: ArrangeContext): EspChoice[] {
  const order = ({ choice, rank }: RankedChoice) => (choice.fits ? 0 : 10) + rank;
  return context.table.rows
    .filter((row) => row.type === TYPE_APP && row.offset + row.size <= context.board.esp.flashSize)
    .flatMap((row) => choicesIn(row, file, image, context))
    .toSorted((a, b) => order(a) - order(b))
    .map(({ choice }) => choice);
}

function choicesIn(row: TableRow, file: DroppedFile, image: AppImage, context: ArrangeContext): RankedChoice[] {
  const { apps } = context.appsAfter;
  const now = apps.get(row.offset);
  const holds = now === undefined ? '' : appName(now);
  const there = isSameIdentity(image.description?.elfSha256, now?.elfSha256) ? sameWords(row, context) : null;
  const starting = context.prediction.boots;
  const running = starting === null ? undefined : apps.get(starting.offset);
  const fits = file.data.length <= row.size;
  const at = { region: REGION, address: row.offset, size: row.size, fits, place: 'app', row } as const;
  const id = choiceId(row);
  const plain = (rank: number, name: string, why: string): RankedChoice => ({
    rank,
    choice: { ...at, id, name, why },
  });
  if (!fits) return [plain(9, row.name, `too small: it holds ${bytes(row.size)}`)];
  const inMerged = context.mergedApps.get(row.offset);
  if (inMerged !== undefined) return [plain(6, row.name, `${shown(inMerged.from)} already puts an app there`)];
  const led = ledStart(context);
  if (led === null && starting?.offset === row.offset) {
    const replaces = holds === '' ? 'the board starts this one' : `replaces ${holds}, which the board starts now`;
    // Unless all of it was read, the rest of the app there may differ, and it is overwritten where it does.
    const net = there !== null && context.board.esp.examined.has(row.offset) ? '' : withoutNet(context);
    return [plain(there === null ? 3 : 0, row.name, `${there ?? replaces}${net}`)];
  }
  const replaced = there ?? (holds === '' ? foundWords(row, context) : `replaces ${holds}`);
  if (led === null && startsUnasked(row, context)) {
    // Of several slots that the bootloader would come to, the one that otadata selects.
    const selected = context.prediction.order[0]?.offset === row.offset;
    return [plain(there !== null ? 1 : selected ? 1.5 : 2, row.name, `${replaced}; the board will start it`)];
  }
  const stays = staysWords(led?.row ?? starting, context);
  const segments = context.choiceFrom === null && led === null ? startSegments(row, context) : null;
  if (segments === null) {
    return [plain(4, row.name, holds === '' ? stays : `replaces ${holds}; ${stays}`)];
  }
  const fallBack = running === undefined ? '' : `; ${appName(running)} stays in ${starting?.name ?? ''} as a fallback`;
  return [
    {
      rank: there !== null ? 1 : 2,
      choice: {
        ...at,
        id: `${id}+start`,
        name: `${row.name}, and start it`,
        why: `${replaced}${fallBack}`,
        start: { row, segments },
      },
    },
    plain(5, `${row.name}, without starting it`, `${replaced}; ${stays}`),
  ];
}

/** What is in a slot without an app that has a description. */
function foundWords(row: TableRow, { appsAfter, board: { esp, contents } }: ArrangeContext): string {
  if (readBarrierOf(esp) !== null) return 'its content cannot be read';
  if (appsAfter.loads.has(row.offset)) return 'replaces an app';
  const found = contents.find(({ address, kind }) => address === row.offset && kind !== 'gap');
  // A table among the files puts it where the board has something else, or nothing.
  if (found === undefined) return 'new in the table that you write';
  // What was read of it is its start, without which there is no app.
  return found.kind === 'blank' ? `${row.name} holds no app` : `currently ${inPhrase(found.says)}`;
}

/** What is known of a slot whose app has the same ELF hash: a header alone says nothing about the bytes after it. */
function sameWords(row: TableRow, { appsAfter, board: { esp } }: ArrangeContext): string {
  return esp.examined.has(row.offset) && appsAfter.loads.has(row.offset)
    ? `the same app is already in ${row.name}`
    : `the app in ${row.name} has the same header; where the rest differs, it is written`;
}

/** The start that a merged image among the files needs; null if none does. */
function ledStart(context: ArrangeContext): StartChange | null {
  const { merged } = context;
  return merged === null ? null : startOf(merged, context);
}

/** What starts if the app is not started; `starting` is null if nothing does. */
function staysWords(starting: TableRow | null, { mergedApps, board }: ArrangeContext): string {
  if (starting === null) {
    return readBarrierOf(board.esp) === null ? 'nothing starts now' : 'it is unknown what starts now';
  }
  const led = mergedApps.get(starting.offset);
  return led === undefined
    ? `the board keeps starting ${starting.name}`
    : `the board will start ${starting.name} from ${shown(led.from)}`;
}

/** The warning about replacing the only app that loads; empty if another one does. */
function withoutNet({ prediction, appsAfter }: ArrangeContext): string {
  const net = prediction.fallbacks.some((row) => appsAfter.loads.has(row.offset));
  return net ? '' : '; an interruption leaves the board without an app until you flash again';
}
