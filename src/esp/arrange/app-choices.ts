/** Choices for an app: slots that keep the old app as a fallback come first. */
import type { DroppedFile } from '../../flash/family.ts';
import { bytes } from '../../flash/finding.ts';
import type { AppImage } from '../../formats/app-image.ts';
import type { TableRow } from '../partitions/table.ts';
import { TYPE_APP } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import { readBarrierOf } from '../board/read-access.ts';
import type { ArrangeContext } from './context.ts';
import type { EspChoice } from './placed.ts';
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
  const { apps } = context.board.esp;
  const now = apps.get(row.offset);
  const holds = now === undefined ? '' : `${now.project} ${now.version}`.trim();
  const own = image.description?.elfSha256;
  const same = own !== undefined && now?.elfSha256 === own;
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
  if (starting?.offset === row.offset) {
    const replaces = holds === '' ? 'the board starts this one' : `replaces ${holds}, which the board starts now`;
    const why = same ? 'the same app is already there' : `${replaces}${withoutNet(context)}`;
    return [plain(same ? 0 : 3, row.name, why)];
  }
  const veiled = readBarrierOf(context.board.esp) !== null;
  const unseen = veiled ? 'its content cannot be read' : 'it is empty';
  const nameless = context.board.esp.loads.has(row.offset) ? 'replaces an app' : unseen;
  const replaced = same ? 'the same app is already there' : holds === '' ? nameless : `replaces ${holds}`;
  if (startsUnasked(row, context)) return [plain(same ? 1 : 2, row.name, `${replaced}; the board will start it`)];
  const none = veiled ? 'it is unknown what starts now' : 'nothing starts now';
  const stays = starting === null ? none : `the board keeps starting ${starting.name}`;
  const segments = context.choiceFrom === null ? startSegments(row, context) : null;
  if (segments === null) {
    return [plain(4, row.name, holds === '' ? stays : `replaces ${holds}; ${stays}`)];
  }
  const fallBack =
    running === undefined
      ? ''
      : `; ${running.project} ${running.version} stays in ${starting?.name ?? ''} as a fallback`;
  return [
    {
      rank: same ? 1 : 2,
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

/** The warning about replacing the only app that loads; empty if another one does. */
function withoutNet({ prediction, board }: ArrangeContext): string {
  const net = prediction.fallbacks.some((row) => board.esp.loads.has(row.offset));
  return net ? '' : '; an interruption leaves the board without an app until you flash again';
}
