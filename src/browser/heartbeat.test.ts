/** The page notices that its worker has stopped answering, and never mistakes its own pause for that. */
import { expect, test } from 'vitest';
import { handClock } from '../testing/hand-clock.ts';
import { Heartbeat } from './heartbeat.ts';

/** A worker that answers as long as `alive`; what the page was told, in order. */
function watched() {
  const clock = handClock();
  const told: string[] = [];
  const worker = { alive: true, asked: 0 };
  const heart = new Heartbeat({
    clock,
    // The answer comes as a message, after the question.
    ask: () => {
      worker.asked++;
      if (worker.alive) clock.at(1, () => heart.heard());
    },
    onStuck: (seconds) => told.push(`stuck for ${seconds} s`),
    onBack: () => told.push('back'),
  });
  return { clock, told, worker, heart };
}

test('a worker that answers is left alone', () => {
  const { clock, told } = watched();
  clock.pass(3_600_000);
  expect(told).toEqual([]);
});

test('one that stops answering is noticed once, after ten seconds; if it answers again, that is noticed too', () => {
  const { clock, told, worker } = watched();
  clock.pass(5001);
  worker.alive = false;
  clock.pass(9000);
  expect(told).toEqual([]);
  clock.pass(3000);
  expect(told).toEqual(['stuck for 10 s']);
  clock.pass(60_000);
  expect(told).toEqual(['stuck for 10 s']);
  worker.alive = true;
  clock.pass(3000);
  expect(told).toEqual(['stuck for 10 s', 'back']);
});

test('a page that was frozen for an hour asks first', () => {
  const clock = handClock();
  const told: string[] = [];
  const heart = new Heartbeat({
    clock: {
      // Timers of a frozen page fire once it goes on, however late.
      at: (ms, fn) => clock.at(ms === 2000 ? 3_600_000 : ms, fn),
    },
    ask: () => void clock.at(1, () => heart.heard()),
    onStuck: () => told.push('stuck'),
    onBack: () => told.push('back'),
  });
  clock.pass(4 * 3_600_000);
  expect(told).toEqual([]);
});

test('after its end nothing is asked', () => {
  const { clock, told, worker, heart } = watched();
  heart.stop();
  worker.alive = false;
  clock.pass(60_000);
  expect([worker.asked, told]).toEqual([1, []]);
});
