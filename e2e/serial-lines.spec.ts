/** DTR and RTS while our page works, seen from the far side of Chromium's own Web Serial. */
import { addFile, boardIsRead, firstDifference, flashButton, RECORD_SEQ_2, UPDATE, withUpdate } from './app.ts';
import { connectSerial, openApp } from './bench/app-page.ts';
import { placeEsp } from './bench/boards.ts';
import type { BenchEvent } from './bench/bench.ts';
import { expect, test } from './bench/fixture.ts';
import { ResetsOnOpen } from './bench/resets-on-open.ts';
import { reached } from './progress.ts';

const bauds = (events: readonly BenchEvent[]) => events.flatMap((event) => (event.what === 'baud' ? [event.rate] : []));

test(
  'changing the baud rate reopens the port: both lines drop and rise, and the board stays in its loader',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    placeEsp(bench, 'esp32-raft');
    const page = await openApp(launch, baseURL);
    await connectSerial(page);
    await boardIsRead(page);
    expect(bauds(bench.events)).toEqual([115_200, 921_600]);
    // Web Serial cannot change the baud rate of an open port: it is closed, which drops both lines, and reopened, which raises
    // both in one step. A reset circuit with two transistors does not react to that.
    const last = bench.events.findLastIndex(({ what }) => what === 'close');
    const after = bench.events
      .slice(last)
      .map((event) => (event.what === 'lines' ? `${event.dtr ? 'D' : '-'}${event.rts ? 'R' : '-'}` : event.what));
    // No line changed until the board was read: it needed no other reset, so it was still in its loader.
    expect(after).toEqual(['close', 'open', 'DR', 'baud']);
  },
);

test('into the loader: RTS alone holds the chip in reset, DTR alone releases it, one line per step', async ({
  bench,
  launch,
  baseURL,
}) => {
  placeEsp(bench, 'esp32-raft');
  const page = await openApp(launch, baseURL);
  await connectSerial(page);
  await boardIsRead(page);
  const lines = bench.events.flatMap((event) =>
    event.what === 'lines' ? [`${event.dtr ? 'D' : '-'}${event.rts ? 'R' : '-'}`] : [],
  );
  const first = lines.slice(0, 6);
  // esptool's ClassicReset (reset.py), each of its settings in two calls: DTR first, then RTS.
  expect(first).toEqual(['DR', '-R', '-R', 'DR', 'D-', '--']);
});

test(
  'a board that is reset whenever its port is opened: found again each time, flashed, verified',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const quirk: { board?: ResetsOnOpen } = {};
    const board = placeEsp(bench, 'esp32-raft', { as: (inner) => (quirk.board = new ResetsOnOpen(inner)) });
    const factory = board.flash.snapshot();
    const page = await openApp(launch, baseURL);
    await connectSerial(page);
    await boardIsRead(page);
    await addFile(page, UPDATE);
    await flashButton(page).click();
    // Each of its openings costs a reset: two thirds of 30 s were seen on a busy machine.
    await reached(page.getByText('The board started app1 (0x1D0000).').first());
    const flashed = board.beforeStart();
    expect(firstDifference(flashed ?? factory, withUpdate(factory, 0x1d0000, RECORD_SEQ_2))).toBeNull();
    expect(quirk.board?.resets).toBeGreaterThan(1);
  },
);
