import { expect, test } from 'vitest';
import { watchPlug } from './plug-watch.ts';

test('a board that was lost is noticed when it is plugged in, and when it is pulled again, until the watch ends', async () => {
  const events = new EventTarget();
  let there = 0;
  const heard: boolean[] = [];
  const end = watchPlug(
    () => Promise.resolve(there),
    events,
    (plugged) => heard.push(plugged),
  );
  const plug = async (type: string, count: number) => {
    there = count;
    events.dispatchEvent(new Event(type));
    await Promise.resolve();
    await Promise.resolve();
  };
  await plug('connect', 1);
  // Of two that may be it, neither is known to be.
  await plug('connect', 2);
  await plug('disconnect', 1);
  await plug('disconnect', 0);
  end();
  await plug('connect', 1);
  expect(heard).toEqual([true, false, true, false]);
});
