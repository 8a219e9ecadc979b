/** The page notices that its worker has stopped answering, and never mistakes its own pause for that. */
import { expect, test } from 'vitest';
import { manualClock } from '../testing/manual-clock.ts';
import { Heartbeat } from './heartbeat.ts';

/** A worker that answers as long as `alive`; what the page was told, in order. */
function watched() {
  const clock = manualClock();
  const reported: string[] = [];
  const worker = { alive: true, asked: 0 };
  const heart = new Heartbeat({
    clock,
    // The answer comes as a message, after the question.
    ask: () => {
      worker.asked++;
      if (worker.alive) clock.at(1, () => heart.heard());
    },
    onStuck: (seconds) => reported.push(`stuck for ${seconds} s`),
    onBack: () => reported.push('back'),
  });
  return { clock, reported, worker, heart };
}

test('a worker that answers is left alone', () => {
  const { clock, reported } = watched();
  clock.pass(3_600_000);
  expect(reported).toEqual([]);
});

test('one that stops answering is noticed once, after ten seconds; if it answers again, that is noticed too', () => {
  const { clock, reported, worker } = watched();
  clock.pass(5001);
  worker.alive = false;
  clock.pass(9000);
  expect(reported).toEqual([]);
  clock.pass(3000);
  expect(reported).toEqual(['stuck for 10 s']);
  clock.pass(60_000);
  expect(reported).toEqual(['stuck for 10 s']);
  worker.alive = true;
  clock.pass(3000);
  expect(reported).toEqual(['stuck for 10 s', 'back']);
});

test('a page that was frozen for an hour asks first', () => {
  const clock = manualClock();
  const reported: string[] = [];
  const heart = new Heartbeat({
    clock: {
      // Timers of a frozen page fire once it goes on, however late.
      at: (ms, fn) => clock.at(ms === 2000 ? 3_600_000 : ms, fn),
    },
    ask: () => void clock.at(1, () => heart.heard()),
    onStuck: () => reported.push('stuck'),
    onBack: () => reported.push('back'),
  });
  clock.pass(4 * 3_600_000);
  expect(reported).toEqual([]);
});

test('after its end nothing is asked', () => {
  const { clock, reported, worker, heart } = watched();
  heart.stop();
  worker.alive = false;
  clock.pass(60_000);
  expect([worker.asked, reported]).toEqual([1, []]);
});
