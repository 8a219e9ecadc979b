/** The command that runs hostile input says what went wrong, and notices a table that was cut. */
import { expect, test } from 'vitest';
import type { HostileCase } from './case.ts';
import { judge } from './judge.ts';
import { hostileOptions, hostileTasks, summary } from './task.ts';

const made = (run: () => Promise<string>, more: Partial<HostileCase> = {}): HostileCase => ({
  name: 'one',
  attacks: 'nothing',
  comes: 'refused',
  run,
  ...more,
});

test('a case passes only with what must come of it', async () => {
  expect(
    (
      await judge(
        'files',
        made(async () => 'refused'),
      )
    ).wrong,
  ).toBeNull();
  expect(
    (
      await judge(
        'files',
        made(async () => 'verified'),
      )
    ).wrong,
  ).toBe('came: verified, and not: refused');
  const thrown = await judge(
    'files',
    made(() => Promise.reject(new Error('no'))),
  );
  expect(thrown.wrong).toMatch(/^came: threw unexpected: .*no, and not: refused$/);
});

test('a case that takes more than its time or memory fails, whatever came of it', async () => {
  const busy = async () => {
    const spent = process.cpuUsage();
    while (process.cpuUsage(spent).user < 30_000);
    return 'refused';
  };
  expect((await judge('files', made(busy, { limits: { cpuMs: 10 } }))).wrong).toMatch(/^took \d+ ms of 10 ms$/);
  const large = async () => (new Uint8Array(64 << 20).fill(1).length > 0 ? 'refused' : '');
  expect((await judge('files', made(large, { limits: { mib: 16 } }))).wrong).toMatch(/^took \d+ MiB of 16 MiB$/);
});

test('the last line counts each kind, and a kind that lost cases stops the command', () => {
  const cases = ['a', 'b', 'c', 'd'].map((name) => made(async () => 'refused', { name }));
  const kinds = [{ kind: 'files', least: 4, cases }];
  const all = hostileTasks(kinds, hostileOptions([]));
  expect(all.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
  expect(hostileTasks(kinds, hostileOptions(['--short'])).map(({ name }) => name)).toEqual(['a', 'd']);
  const verdicts = all.map(({ name }) => ({
    kind: 'files',
    name,
    wrong: name === 'b' ? 'no' : null,
    cpuMs: 1,
    mib: 1,
  }));
  expect(summary(kinds, verdicts)).toBe('hostile: 4 files: 3 passed, 1 failed');
  expect(() => hostileTasks([{ kind: 'files', least: 5, cases }], hostileOptions([]))).toThrow(
    '4 files, and there were 5',
  );
});
