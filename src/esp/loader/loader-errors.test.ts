/** Loader error codes map to failures whose advice fits, and to remedies. */
import { ESPError, UnsupportedCommandError } from 'esptool-js';
import { describe, expect, test } from 'vitest';
import { REGION } from './target.ts';
import { isRefusal, RetryBudget, loaderFailureOf } from './loader-errors.ts';

const range = { region: REGION, address: 0x9000, size: 0x1000 };
const doing = { what: 'erase and write 0x9000', range };
// esptool-js's wording.
const refused = (first: number, second: number) =>
  new ESPError(`Failed to do it failed with status ${first},${second}`);

function reported(error: unknown, mode: 'rom' | 'stub') {
  const trouble = loaderFailureOf(error, doing, mode);
  if (trouble === null) throw new Error('no trouble');
  return trouble;
}

describe('the ROM’s codes', () => {
  test.each([
    [0x05, 'command-unknown', 'noise'],
    [0x06, 'device-refused', 'noise'],
    [0x07, 'line-noise', 'noise'],
    [0x08, 'flash-failed', 'none'],
    [0x09, 'flash-failed', 'none'],
    [0x0a, 'command-unknown', 'noise'],
    [0x0b, 'unpack-failed', 'noise'],
    [0x99, 'device-refused', 'noise'],
  ])('0x%s', (code, name, sign) => {
    const trouble = reported(refused(1, code), 'rom');
    expect([trouble.failure.facts.name, trouble.sign]).toEqual([name, sign]);
    expect(trouble.failure.facts).toMatchObject({ place: { in: 'flash', range }, values: { command: doing.what } });
  });
});

describe('the stub’s codes', () => {
  test.each([
    [0xc0, 'command-unknown', 'noise'],
    [0xc1, 'line-noise', 'noise'],
    [0xc2, 'command-unknown', 'noise'],
    [0xc3, 'command-unknown', 'noise'],
    [0xc4, 'flash-failed', 'none'],
    [0xc5, 'flash-failed', 'none'],
    [0xc6, 'device-refused', 'noise'],
    [0xc7, 'unpack-failed', 'noise'],
    [0xc8, 'device-refused', 'noise'],
    [0xc9, 'device-refused', 'noise'],
    [0xff, 'command-unknown', 'none'],
  ])('0x%s', (code, name, sign) => {
    const trouble = reported(refused(code, 0), 'stub');
    expect([trouble.failure.facts.name, trouble.sign]).toEqual([name, sign]);
  });
});

test('the failure gives the code and its meaning, and only flash errors mention a worn-out flash', () => {
  const words = (code: number) => {
    const { says, next } = reported(refused(1, code), 'rom').failure.facts;
    return `${says} ${next}`;
  };
  expect(words(0x07)).toContain('error 0x07, the checksum is wrong');
  for (const code of [0x05, 0x06, 0x07, 0x0a, 0x0b]) expect(words(code)).not.toContain('worn');
  for (const code of [0x08, 0x09]) expect(words(code)).toContain('worn');
});

test('a command unknown to the ROM is a refusal, although the reply carries another opcode', () => {
  const trouble = reported(new UnsupportedCommandError(), 'rom');
  expect(trouble.failure.facts).toMatchObject({ name: 'command-unknown', values: { code: '0x05' } });
});

test('a missing reply is not a refusal: one may still come', () => {
  const error = new ESPError('no answer in 3000 ms');
  expect(reported(error, 'stub')).toMatchObject({
    sign: 'silence',
    failure: { facts: { name: 'no-answer', kind: 'lost' } },
  });
  expect([isRefusal(error), isRefusal(refused(0xc8, 0))]).toEqual([false, true]);
});

test('a bug of ours is not reported as the board’s failure', () => {
  expect(loaderFailureOf(new RangeError('ours'), doing, 'stub')).toBeNull();
});

describe('remedies', () => {
  const [stub, rom] = [{ mode: 'stub', canSlow: true } as const, { mode: 'rom', canSlow: false } as const];

  test('for the ROM: again, then after a reset, twice', () => {
    const remedies = new RetryBudget();
    const tried = Array.from({ length: 4 }, () => remedies.next('noise', rom));
    expect(tried).toEqual(['again', 'reset', 'reset', null]);
  });

  test('for the ROM without a reply: only after a reset, since one may still come', () => {
    const remedies = new RetryBudget();
    expect([1, 2, 3].map(() => remedies.next('silence', rom))).toEqual(['reset', 'reset', null]);
  });

  test('for the stub: again, then slower as long as possible; a chosen rate is kept', () => {
    const remedies = new RetryBudget();
    expect([1, 2, 3].map(() => remedies.next('noise', stub))).toEqual(['again', 'slower', 'slower']);
    expect(remedies.next('noise', { ...stub, canSlow: false })).toBeNull();
  });

  test('none if the link is not the cause', () => {
    expect(new RetryBudget().next('none', stub)).toBeNull();
    expect(new RetryBudget().next('none', rom)).toBeNull();
  });
});
