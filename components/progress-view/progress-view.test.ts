import { html } from 'lit';
import { expect, test } from 'vitest';
import { capital } from '../../src/flash/english.ts';
import type { Partition } from '../../src/flash/layout.ts';
import { overlaps } from '../../src/flash/map.ts';
import type { Work } from '../../src/session/state.ts';
import { allVerified, bootLog, layout, plan, progress, unitStates, unprovedStates } from '../gallery/fixtures.ts';
import { legendOf, MAP_STATES } from '../flash-map/flash-map.words.ts';
import { ProgressView } from './progress-view.ts';
import { axeViolations, mount, text } from '../shared/testing.ts';

const at = (part: number, stopping = false): Extract<Work, { kind: 'flashing' }> => ({
  kind: 'flashing',
  purpose: { kind: 'flash' },
  plan,
  layout,
  unprovable: 0,
  progress: progress('Writing app0', part),
  units: unitStates(98),
  stopping,
});
const partition = (name: string): Partition => {
  const found = layout.partitions.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const show = (work: Work) => mount(html`<progress-view .work=${work}></progress-view>`, ProgressView);

test('axe finds nothing while flashing, stopping and starting', async () => {
  expect(await axeViolations(await show(at(0.4)))).toEqual([]);
  expect(await axeViolations(await show(at(0.4, true)))).toEqual([]);
  expect(
    await axeViolations(
      await show({ kind: 'starting', purpose: { kind: 'flash' }, plan, layout, units: allVerified, bootLog }),
    ),
  ).toEqual([]);
});

test('a board without output is not waited for as if it would print', async () => {
  const starting = { kind: 'starting', purpose: { kind: 'flash' }, plan, layout, units: allVerified } as const;
  const logIn = async (shown: string | null) =>
    (await show({ ...starting, bootLog: shown })).shadowRoot?.querySelector('boot-log');
  expect(await logIn('')).not.toBeNull();
  expect(await logIn(null)).toBeNull();
});

test('units, bytes and speed are shown', async () => {
  const shown = text(await show(at(0.5)));
  expect(shown).toContain('98 of 252 erase units');
  expect(shown).toContain('579.8 KiB of 1.13 MiB');
  expect(shown).toContain('90 KiB/s');
  expect(shown).toContain('Unknown until verified: 32 erase units; written, not yet verified: 32 erase units');
});

test('a write is begun for all of its units at once, and none is said to be written that the bytes do not have', async () => {
  const units = unitStates(0).map(() => 'unknown' as const);
  const shown = text(await show({ ...at(0.3), units }));
  expect(shown).toMatch(/Written \d/);
  expect(shown).toContain('Unknown until verified: 252 erase units');
  expect(shown).not.toMatch(/being written/i);
});

test.each(['unknown', 'written', 'awaiting-commit'] as const)(
  '%s is called what the legend of the map calls it',
  async (state) => {
    const units = unitStates(0).map(() => state);
    const legend = legendOf(layout.map.regions, plan, units, []).map((each) => MAP_STATES[each]);
    expect(legend).toContain(MAP_STATES[state]);
    expect(text(await show({ ...at(0.3), units }))).toContain(capital(`${MAP_STATES[state]}: 252 erase units`));
  },
);

test('a board that cannot be read never counts a unit as verified', async () => {
  const units = unprovedStates(98);
  const shown = text(await show({ ...at(0.5), units, unprovable: units.length }));
  expect(shown).toContain('Written, not verifiable 98 of 252 erase units');
  expect(shown).not.toMatch(/verified/i);
});

test('it says what stopping leaves behind', async () => {
  expect(text(await show(at(0.4)))).toContain('Stopping leaves app0 unfinished');
});

test('while content is backed up, what is counted is not called written', async () => {
  const work = at(0.4);
  const shown = text(
    await show({ ...work, progress: { ...work.progress, phase: 'backing-up' }, units: unitStates(0) }),
  );
  expect(shown).toContain('Backed up 463.8 KiB of 1.13 MiB');
  expect(shown).not.toMatch(/\bWritten/);
});

test.each([
  ['before the first write', ['waiting', 'waiting'], 'Nothing is overwritten yet: stopping now changes nothing.'],
  ['during the writes', ['verified', 'unknown'], 'Stopping leaves app0 unfinished.'],
  ['after the last one', ['verified', 'written'], 'stopping now skips only the checks that are left.'],
  ['where nothing is verified', ['unproved', 'unproved'], 'stopping now skips only the checks that are left.'],
] as const)('%s, it says what stopping comes to then', async (_, units, says) => {
  const shown = text(await show({ ...at(0.4), units }));
  expect(shown).toContain(says);
  expect(shown.includes('unfinished')).toBe(says.includes('unfinished'));
});

test.each([
  ['being written', 'unknown', 'Stopping leaves app0 unfinished and otadata as before.'],
  ['written and being verified', 'written', 'Stopping leaves app0 written but not verified and otadata as before.'],
  ['verified', 'verified', 'Stopping leaves otadata as before.'],
] as const)(
  'what is not begun is not called unfinished: the app is %s, and what starts comes last',
  async (_, state, says) => {
    const [app] = plan.stretches.filter((stretch) => overlaps(stretch, partition('app0')));
    const [unit, last] = app?.units ?? [];
    if (app === undefined || unit === undefined || last === undefined) throw new Error('no app in the plan');
    const { region, address } = partition('otadata');
    const choice = { ...app, region, address, units: [{ ...last, region, address }] };
    const both = { ...plan, stretches: [{ ...app, units: [unit] }, choice] };
    expect(text(await show({ ...at(0.4), plan: both, units: [state, 'waiting'] }))).toContain(says);
  },
);

test('once the board is only read again, nothing is said of stopping, which changes nothing then', async () => {
  const work = at(1);
  const again = { ...work.progress, phase: 'reading-again' } as const;
  expect(text(await show({ ...work, progress: again, units: allVerified }))).not.toMatch(/stopping/i);
  expect(text(await show({ ...work, progress: again, units: unitStates(98) }))).not.toMatch(/stopping/i);
});

test('once the board is only read again, no unit is said to be written or retried any more', async () => {
  const work = at(1);
  const again = { ...work.progress, phase: 'reading-again' } as const;
  const units = ['verified', 'unknown', 'written', 'wrong', 'waiting'] as const;
  const shown = text(await show({ ...work, progress: again, units }));
  expect(shown).toContain('Of 5 erase units in the plan: 1 verified, 1 failed, 2 begun and not verified, 1 as before.');
  expect(shown).not.toMatch(/being written|not yet|retried/i);
  expect(text(await show({ ...work, progress: again, units: allVerified }))).not.toContain('in the plan');
});
