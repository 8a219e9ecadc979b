/** From no board to a board that was read: with what was chosen for it, also where only a new connection takes that up. */
import type { Cancel } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import type { Target } from '../flash/target.ts';
import type { AtHand, Meant } from './connected-board.ts';
import type { SessionParts } from './session-parts.ts';

/** What connecting is done with. */
export interface Joining<I extends Inspection, T extends Target> {
  readonly parts: Pick<SessionParts<I, T>, 'connect' | 'family'>;
  readonly atHand: AtHand<I, T>;
  readonly say: (words: string) => void;
  /** Takes the target as soon as there is one, so that it can be let go of whatever happens next. */
  readonly hold: (target: T) => void;
  readonly letGo: () => Promise<void>;
}

/** Lets go of the board at hand, connects and reads the board. Throws the `Failure`s of both. */
export async function join<I extends Inspection, T extends Target>(
  joining: Joining<I, T>,
  meant: Meant,
  cancel: Cancel,
): Promise<void> {
  const { parts, atHand, say, hold, letGo } = joining;
  await letGo();
  say(meant === 'as-chosen' ? 'Connecting again, as was chosen for this board' : 'Connecting to the board');
  try {
    const target = await parts.connect(cancel, say, atHand.chosenFor(meant));
    hold(target);
    const read = await parts.family.inspect(target, cancel, say);
    if ((await atHand.meet(read, target, meant, cancel)) === 'in-force') return;
  } catch (error) {
    // A choice that no connection carries must not keep the board from ever being reached again.
    if (meant === 'as-chosen' && !cancel.cancelled) await atHand.unchoose();
    throw error;
  }
  await join(joining, 'as-chosen', cancel);
}
