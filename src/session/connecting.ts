/** Connects and reads a board with its settings, reconnecting if some of them need a new connection. */
import type { Cancel } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import type { Target } from '../flash/target.ts';
import type { ConnectedBoard, Meant } from './connected-board.ts';
import type { SessionParts } from './session-parts.ts';

/** What connecting needs. */
export interface ConnectParts<I extends Inspection, T extends Target> {
  readonly parts: Pick<SessionParts<I, T>, 'connect' | 'family'>;
  readonly connectedBoard: ConnectedBoard<I, T>;
  readonly say: (words: string) => void;
  /** Takes the target as soon as there is one, so that it can be released whatever happens next. */
  readonly hold: (target: T) => void;
  readonly letGo: () => Promise<void>;
}

/** Releases the current board, then connects and reads the board. Throws the `Failure`s of both. */
export async function connectTo<I extends Inspection, T extends Target>(
  joining: ConnectParts<I, T>,
  meant: Meant,
  cancel: Cancel,
): Promise<void> {
  const { parts, connectedBoard, say, hold, letGo } = joining;
  await letGo();
  say(meant === 'as-chosen' ? 'Reconnecting with the settings for this board' : 'Connecting to the board');
  try {
    const target = await parts.connect(cancel, say, connectedBoard.chosenFor(meant));
    hold(target);
    const read = await parts.family.inspect(target, cancel, say);
    if ((await connectedBoard.meet(read, target, meant, cancel)) === 'in-force') return;
  } catch (error) {
    // Settings with which no connection works must not lock the board out.
    if (meant === 'as-chosen' && !cancel.cancelled) await connectedBoard.unchoose();
    throw error;
  }
  await connectTo(joining, 'as-chosen', cancel);
}
