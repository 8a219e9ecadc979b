/** Watches whether a board that was lost is plugged in again. */
import type { PlugEvents } from './ports.ts';

/**
 * Tells whether exactly one plugged-in port may be the board's: at first, and after each event, but each answer once. Returns what
 * ends the watch.
 */
export function watchPlug(
  howMany: () => Promise<number>,
  events: PlugEvents,
  tell: (plugged: boolean) => void,
): () => void {
  let isOver = false;
  let before = false;
  const look = async () => {
    const plugged = (await howMany()) === 1;
    if (isOver || plugged === before) return;
    before = plugged;
    tell(plugged);
  };
  const heard = () => void look();
  events.addEventListener('connect', heard);
  events.addEventListener('disconnect', heard);
  heard();
  return () => {
    isOver = true;
    events.removeEventListener('connect', heard);
    events.removeEventListener('disconnect', heard);
  };
}
