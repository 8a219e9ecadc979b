import { html } from 'lit';
import { describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { askKey } from '../../src/flash/finding.ts';
import type { Partition } from '../../src/flash/layout.ts';
import { bare } from '../../src/flash/map.ts';
import type { BootChoice } from '../../src/flash/boot-choice.ts';
import type { Ended, Planned, Work } from '../../src/session/state.ts';
import type { Headline } from '../../src/session/words/headline.ts';
import {
  allUnproved,
  allVerified,
  ask,
  badBoard,
  board,
  bootLog,
  emptyPlan,
  ended,
  file,
  imageBoard,
  imageEnded,
  layout,
  plan,
  planned,
  progress,
  refusal,
  unitStates,
} from '../gallery/fixtures.ts';
import { carryOutLabel, carryingOut } from '../../src/session/words/carry-out.ts';
import { verdictOf } from '../../src/session/words/verdict.ts';
import { JobBar } from './job-bar.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { byLength, LONG } from '../../src/testing/long.ts';

const show = (work: Work) => mount(html`<job-bar .work=${work} .files=${[file]} .board=${board}></job-bar>`, JobBar);
const purpose = { kind: 'flash' } as const;
const asking: Work = { ...planned, asks: [ask] };
const surveying: Work = { kind: 'surveying', progress: progress('Looking at app0', 0.5) };
const refused: Work = { kind: 'refused', purpose, refusals: [refusal] };
const starting: Extract<Work, { kind: 'starting' }> = {
  kind: 'starting',
  purpose,
  plan,
  layout,
  units: allVerified,
  bootLog,
};
const at = (part: number, stopping = false): Extract<Work, { kind: 'flashing' }> => ({
  kind: 'flashing',
  purpose,
  plan,
  layout,
  unprovable: 0,
  progress: progress('Writing app0', part),
  units: unitStates(98),
  stopping,
});

const OUTCOMES = [
  ['verified', 'app0 verified'],
  ['unproved', 'Written, not verifiable'],
  ['nothing-to-do', 'Already on the board'],
  ['wrong', 'Write failed'],
  ['beside', 'Flash outside the plan changed'],
  ['stopped', 'Stopped before the end'],
  ['failed', 'Not finished'],
] as const;

test.each([surveying, refused, planned, asking, at(0.4), at(0.4, true), starting])(
  'axe finds nothing: $kind',
  LONG,
  async (work) => {
    expect(await axeViolations(await show(work))).toEqual([]);
  },
);

test('nothing is shown while nothing is planned', async () => {
  expect((await show({ kind: 'idle' })).offsetHeight).toBe(0);
});

test('on a phone the actions of a verdict are as high as a finger needs, with room for two lines', async () => {
  await page.viewport(360, 740);
  const bar = await show(ended('verified'));
  const labels = [...(bar.shadowRoot?.querySelectorAll('.actions wa-button') ?? [])].map((button) => {
    const [base, label] = ['[part~=base]', '[part~=label]'].map((part) => button.shadowRoot?.querySelector(part));
    return { high: base?.clientHeight ?? 0, room: (base?.clientHeight ?? 0) - (label?.clientHeight ?? 0) };
  });
  expect(labels).toHaveLength(3);
  for (const { high, room } of labels) {
    expect(high).toBeGreaterThanOrEqual(42);
    expect(room).toBeGreaterThanOrEqual(4);
  }
});

describe('a plan', () => {
  test('is one sentence, with its time and the button that starts it', async () => {
    const bar = await show(planned);
    expect(text(bar)).toContain('raft-demo-1.5.0.bin → app0. Everything else stays.');
    expect(text(bar)).toMatch(/Takes about \d+ s/);
    const intent = next(bar, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Flash app0' }).click();
    expect((await intent).detail).toEqual({ do: 'flash', plan: plan.image.md5 });
  });

  test('waits until everything is confirmed, and leads to what is not', LONG, async () => {
    const bar = await show(asking);
    const flash = page.getByRole('button', { name: 'Flash app0' });
    await expect.element(flash).toBeDisabled();
    await expect.element(flash).toHaveAccessibleDescription('One thing to confirm first.');
    const shown = next(bar, 'sectorwise-show');
    await page.getByRole('button', { name: 'Show what to confirm' }).click();
    expect((await shown).detail).toBe('plan');
    bar.work = { ...planned, asks: [ask], granted: [askKey(ask)] };
    await settle(bar);
    await expect.element(flash).toBeEnabled();
  });

  test.each([1280, 360])('its button stays where it is when the last thing is confirmed, at %i px', async (width) => {
    await page.viewport(width, 740);
    const bar = await show(asking);
    const place = () => {
      const { x, y } = page.getByRole('button', { name: 'Flash app0' }).element().getBoundingClientRect();
      return [x, y];
    };
    const before = place();
    bar.work = { ...planned, asks: [ask], granted: [askKey(ask)] };
    await settle(bar);
    expect(place()).toEqual(before);
    expect(text(bar)).toContain('One thing is confirmed. Takes');
  });

  test('says nothing of what may be confirmed but need not be', async () => {
    const bar = await show({ ...planned, asks: [{ ...ask, optional: true }] });
    expect(text(bar)).not.toContain('confirm');
  });

  const { partitions } = planned.layout;
  const range = { region: 'flash', address: 0x20000, size: 0x1000 };
  const app1 = partitions.find(({ name }) => name === 'app1') ?? range;
  const start = (choice: BootChoice): Planned['purpose'] => ({ kind: 'choose-start', choice, name: '' });
  const FLASH = { kind: 'flash' } as const;

  test.each<[purpose: Planned['purpose'], what: Headline['what'], changes: number, places: number, label: string]>([
    [FLASH, 'files', 1, 1, 'Flash app0'],
    [FLASH, 'files', 3, 1, 'Flash 3 changes'],
    [FLASH, 'files', 1, partitions.length, `Flash ${partitions.length - 1} places`],
    [FLASH, 'mixed', 3, 1, 'Make 3 changes'],
    [FLASH, 'layout', 1, partitions.length, 'Change the layout'],
    [FLASH, 'edits', 1, 1, 'Change app0'],
    [FLASH, 'edits', 2, partitions.length, `Change ${partitions.length - 1} places`],
    [FLASH, 'erase', 1, 1, 'Erase app0'],
    [FLASH, 'else', 1, 1, 'Change app0'],
    [{ kind: 'erase', range, name: 'app0' }, 'else', 1, 1, 'Erase app0'],
    [{ kind: 'restore', backup: 'b1', name: 'app0' }, 'else', 2, 1, 'Restore app0'],
    [{ kind: 'roll-back', job: 'j1' }, 'else', 1, 1, 'Roll back 252 erase units'],
    [start({ do: 'start', range }), 'else', 1, 1, 'Change app0'],
    [start({ do: 'start', range: app1 }), 'else', 1, 1, 'Select app1 to start'],
    [start({ do: 'mark', entry: 0, as: 'valid' }), 'else', 1, 1, 'Change app0'],
    [start({ do: 'forget' }), 'else', 1, 1, 'Erase app0'],
  ])('is carried out by a button that says what it does: %o, %s, %i, %i', (purpose, what, changes, places, label) => {
    const [first] = plan.stretches;
    if (first === undefined) throw new Error('no stretch');
    const stretches = places === 1 ? plan.stretches : partitions.map((own) => ({ ...first, ...own }));
    const work = { ...planned, purpose, plan: { ...plan, stretches } };
    expect(carryOutLabel(work, { what, changes })).toBe(label);
    // The same verb says what runs once it was pressed.
    const running = label.replace(
      /^(Flash|Roll|Make|Change|Erase|Restore|Select)/,
      (verb) => `${verb.replace(/e$/, '')}ing`,
    );
    expect(carryingOut(work, { what, changes })).toBe(running);
  });

  test('names what a board has one of with an article', () => {
    const [first] = plan.stretches;
    if (first === undefined) throw new Error('no stretch');
    const headline = { what: 'else', changes: 1 } as const;
    const labels = partitions
      .filter(({ role }) => role === 'boot' || role === 'table')
      .map((own) => carryOutLabel({ ...planned, plan: { ...plan, stretches: [{ ...first, ...own }] } }, headline));
    expect(labels).toEqual(['Change the bootloader', 'Change the partition table']);
  });

  test('to restore what was blank names it, not what only makes an app start', async () => {
    const pieces = (address: number) => [{ address, size: 0x1000, source: { from: 'blank' } as const }];
    const units = [0x1d0000, 0x1e000].map((address, i) => ({
      region: 'flash',
      address,
      size: 0x1000,
      before: null,
      after: '',
      why: '',
      backup: 'none' as const,
      pieces: i === 0 ? pieces(address) : [],
    }));
    const stretches = units.map((unit) => ({ ...bare(unit), units: [unit], rank: 0, encrypt: false }));
    const purpose = { kind: 'restore', backup: 'b1', name: 'app1', made: 0 } as const;
    await show({ ...planned, purpose, plan: { ...planned.plan, stretches } });
    await expect.element(page.getByRole('button', { name: 'Restore app1' })).toBeEnabled();
  });

  test('that gives something up looks it', async () => {
    const look = async (work: Work) => inside(await show(work), '.long', HTMLElement).getAttribute('variant');
    expect(await look(planned)).toBe('brand');
    expect(await look({ ...planned, asks: [ask], granted: [askKey(ask)] })).toBe('danger');
    const lost = [{ region: 'flash', address: 0x20000, size: 0x1000 }];
    expect(await look({ ...planned, backup: { ...planned.backup, lost } })).toBe('danger');
  });

  test('with nothing to write says so, and offers no button', async () => {
    const bar = await show({ ...planned, plan: emptyPlan });
    // Once to see, and once to hear.
    expect(text(bar).match(/raft-demo-1\.5\.0\.bin is already in app0\./g)).toHaveLength(2);
    expect(page.getByRole('button').elements()).toHaveLength(0);
  });

  test.each([
    [{ kind: 'roll-back', job: 'j1' }, 'Roll back 252 erase units', 'Previous content → app0.'],
    [{ kind: 'restore', backup: 'b1', name: 'app0: blank', made: 0 }, 'Restore app0', 'Backup of 1\u00a0Jan\u00a01970'],
  ] as const)('for something else than files leads back to them: %o', LONG, async (purpose, name, says) => {
    const bar = await show({ ...planned, purpose });
    expect(text(bar)).toContain(says);
    await expect.element(page.getByRole('button', { name })).toBeEnabled();
    const intent = next(bar, 'sectorwise-intent');
    await page.getByRole('button', { name: /^Back to the chosen files?$/ }).click();
    expect((await intent).detail).toEqual({ do: 'plan-files' });
    bar.work = { kind: 'refused', purpose, refusals: [refusal] };
    for (const files of [[], [{ ...file, forOneBoard: true as const }]]) {
      bar.files = files;
      await settle(bar);
      await expect.element(page.getByRole('button', { name: 'Discard this plan' })).toBeEnabled();
      expect(text(bar)).not.toContain('Back to the chosen');
    }
  });
});

test('a job that was stopped in its last checks names no place as open, also where nothing can be verified', () => {
  for (const units of [allVerified, allUnproved])
    expect(verdictOf({ ...ended('failed'), units }).says).toMatch(/ Only the last checks were not finished\.$/);
});

test('what a repair made for a plan is let go with the plan, and nothing that a person chose', async () => {
  const size = {
    id: 'header-size',
    group: 'header',
    name: 'Flash size',
    help: '',
    options: [],
    value: '4MB',
    usual: 'keep',
  } as const;
  const bar = await show(planned);
  const sent: unknown[] = [];
  bar.addEventListener('sectorwise-intent', ({ detail }) => sent.push(detail));
  const discard = page.getByRole('button', { name: 'Discard this plan' });
  expect(discard.elements()).toHaveLength(0);
  bar.files = [{ ...file, forOneBoard: true }];
  bar.board = { ...board, settings: [{ ...size, group: 'link' }, size] };
  const takenBack = async (work: Work) => {
    bar.work = work;
    await settle(bar);
    sent.length = 0;
    await discard.click();
    return sent;
  };
  const [remove, keep] = [
    { do: 'remove-file', id: file.id },
    { do: 'set', id: 'header-size', value: 'keep' },
  ];
  const ofApp = planned.layout.partitions.map((each): Partition =>
    each.name === 'app0' ? { ...each, role: 'boot' } : each,
  );
  const withBootloader: Planned = { ...planned, layout: { ...planned.layout, partitions: ofApp } };
  expect(await takenBack(withBootloader)).toEqual([remove, keep]);
  // Without a bootloader in it, a value of its header is none of the plan's.
  expect(await takenBack(planned)).toEqual([remove]);
  expect(await takenBack(refused)).toEqual([remove]);
  bar.files = [];
  expect(await takenBack(refused)).toEqual([keep]);
  expect(await takenBack(withBootloader)).toEqual([keep]);
  bar.work = { ...withBootloader, plan: emptyPlan };
  await settle(bar);
  expect(discard.elements()).toHaveLength(0);
  bar.work = planned;
  bar.files = [
    { ...file, forOneBoard: true },
    { ...file, id: 99 },
  ];
  await settle(bar);
  expect(discard.elements()).toHaveLength(0);
});

describe('a refusal', () => {
  test('is named with its reason, and there is no button to flash', async () => {
    const bar = await show(refused);
    expect(text(bar)).toContain('This cannot be written');
    expect(text(bar)).toContain(`${refusal.says} Nothing was written to the board.`);
    expect(page.getByRole('button', { name: /^Flash/ }).elements()).toHaveLength(0);
    const shown = next(bar, 'sectorwise-show');
    await page.getByRole('button', { name: 'Show why' }).click();
    expect((await shown).detail).toBe('plan');
  });

  test('of a file without a place is a question, not something that cannot be written', async () => {
    const { consent: _, ...asked } = ask;
    const place = { ...asked, kind: 'place-not-chosen', values: { file: 'cert.der' }, needs: 'place' } as const;
    const one = await show({ kind: 'refused', purpose, refusals: [place] });
    expect(text(one)).toContain('Choose a place for cert.der');
    expect(text(one)).not.toContain('This cannot be written');
    const both = await show({ kind: 'refused', purpose, refusals: [place, refusal] });
    expect(text(both)).toContain('This cannot be written');
    expect(text(both)).toContain(`${refusal.says} One more reason is under “Show why”.`);
  });

  test('for lack of storage can be tried again', LONG, async () => {
    const full = {
      kind: 'storage-full',
      place: { in: 'device' },
      values: {},
      says: 'No room.',
      next: 'Make room.',
    } as const;
    const bar = await show({ kind: 'refused', purpose, refusals: [full] });
    const intent = next(bar, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Try again' }).click();
    expect((await intent).detail).toEqual({ do: 'plan-files' });
  });
});

describe('a running job', () => {
  test('shows its progress with a name and a value, and the time left', async () => {
    const bar = await show(at(0.5));
    await expect.element(page.getByRole('progressbar', { name: 'Flashing' })).toHaveAttribute('value', '50');
    expect(text(bar)).toContain('Flashing app0 50 %');
    expect(text(bar)).toContain('6 s left');
  });

  test('shows how much of the whole job is done, not of what it does now', async () => {
    const work = at(0.1);
    const bar = await show({ ...work, progress: { ...work.progress, ofJob: 0.62 } });
    await expect.element(page.getByRole('progressbar', { name: 'Flashing' })).toHaveAttribute('value', '62');
    expect(text(bar)).toContain('Flashing app0 62 %');
  });

  test('that is resumed shows no share before the board was asked what it holds', async () => {
    const work = at(0);
    const bar = await show({ ...work, progress: { ...work.progress, ofJob: null } });
    expect(text(bar)).not.toContain('%');
    expect(text(bar)).not.toContain('percent');
    expect(inside(bar, 'progress', HTMLProgressElement).position).toBe(-1);
  });

  test('is reported to screen readers only at each quarter', async () => {
    const bar = await show(at(0.3));
    const said = inside(bar, '[role=status]', HTMLElement).textContent;
    bar.work = at(0.44);
    await settle(bar);
    expect(inside(bar, '[role=status]', HTMLElement).textContent).toBe(said);
    bar.work = at(0.51);
    await settle(bar);
    expect(inside(bar, '[role=status]', HTMLElement).textContent).not.toBe(said);
  });

  test('that changes settings does not say that it flashes them', async () => {
    const bar = await show({ ...at(0.5), about: { what: 'edits', changes: 1 } });
    expect(text(bar)).toContain('Changing app0 50 %');
    await expect.element(page.getByRole('progressbar', { name: 'Changing app0' })).toBeVisible();
    expect(text(bar)).not.toMatch(/flash/i);
  });

  test.each([
    [allVerified, 'Every erase unit is verified'],
    [allUnproved, 'Written, not verifiable'],
    [unitStates(98), 'Writing has stopped'],
  ])('that only reads the board again says what became of the writes, and offers no stop', async (units, says) => {
    const work = at(1, units !== allVerified);
    const progress = { ...work.progress, says: 'Reading the board again', phase: 'reading-again' } as const;
    const bar = await show({ ...work, units, progress });
    await expect.element(page.getByRole('heading', { name: says })).toBeVisible();
    expect(text(bar)).toContain('Reading the board again. Nothing more is written.');
    await expect.element(page.getByRole('progressbar', { name: 'Reading the board again' })).toBeVisible();
    expect(page.getByRole('button').elements()).toHaveLength(0);
  });

  test('can be stopped once', async () => {
    const bar = await show(at(0.4));
    const intent = next(bar, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Stop' }).click();
    expect((await intent).detail).toEqual({ do: 'cancel' });
    bar.work = at(0.4, true);
    await settle(bar);
    const stop = page.getByRole('button', { name: 'Stop' });
    await expect.element(stop).toBeDisabled();
    await expect.element(stop).toHaveAccessibleDescription('Stopping: finishing the current step …');
  });
});

test.each([surveying, starting])(
  'what takes time before or after the write can be stopped too: $kind',
  LONG,
  async (work) => {
    const bar = await show(work);
    const intent = next(bar, 'sectorwise-intent');
    const name = work.kind === 'starting' ? 'Stop listening' : 'Stop';
    await page.getByRole('button', { name, exact: true }).click();
    expect((await intent).detail).toEqual({ do: 'cancel' });
  },
);

test('a board that restarts without output to listen to has no button that ends it, and nothing is said of output', async () => {
  const bar = await show({ ...starting, bootLog: null });
  expect(page.getByRole('button').elements()).toEqual([]);
  expect(text(bar)).toContain('The board restarts.');
  expect(text(bar)).not.toMatch(/output|listen/i);
  expect(await axeViolations(bar)).toEqual([]);
});

test('reading says how far it is, in percent and in bytes, and how long it still takes; without an end, how much was read', async () => {
  const whole = progress('Backing up the whole flash', 0.25);
  const bar = await show({ kind: 'surveying', progress: { ...whole, done: 1 << 20, total: 1 << 22, leftMs: 31_000 } });
  expect(text(bar)).toMatch(/Backing up the whole flash 25 %/);
  expect(text(bar)).toMatch(/31 s left · 1 MiB of 4 MiB · Nothing is written\./);
  expect(inside(bar, 'progress', HTMLProgressElement).position).toBe(0.25);
  bar.work = { kind: 'surveying', progress: { ...whole, done: 4096, total: 0, leftMs: null } };
  await settle(bar);
  expect(text(bar)).toMatch(/4 KiB so far · Nothing is written\./);
  expect(text(bar)).not.toMatch(/%/);
});

test('reading that may end early names the most that there is to read, and no percent', async () => {
  const some = progress('Looking closely at the board', 0.25);
  const atMost = { ...some, done: 1 << 20, total: 1 << 22, leftMs: 31_000, atMost: true as const };
  const bar = await show({ kind: 'surveying', progress: atMost });
  expect(text(bar)).toMatch(/At most 31 s left · 1 MiB of at most 4 MiB · Nothing is written\./);
  expect(text(bar)).not.toMatch(/%/);
  expect(inside(bar, 'progress', HTMLProgressElement).position).toBe(-1);
});

test('files that were not planned, because that was stopped, can be planned again', LONG, async () => {
  const bar = await show({ kind: 'idle' });
  bar.unplanned = true;
  await settle(bar);
  expect(text(bar)).toContain('No plan for what you chose');
  expect(await axeViolations(bar)).toEqual([]);
  const intent = next(bar, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Plan again' }).click();
  expect((await intent).detail).toEqual({ do: 'plan-files' });
});

describe('a verdict', () => {
  for (const [options, outcomes] of byLength(OUTCOMES, ([outcome]) => outcome === 'verified' || outcome === 'failed'))
    test.each(outcomes)('comes first, and axe finds nothing: %s', options, async (outcome, title) => {
      const bar = await show(ended(outcome));
      expect(await axeViolations(bar)).toEqual([]);
      expect(text(bar).startsWith(title)).toBe(true);
    });

  test('names what the one place holds now, as it was read again', async () => {
    const now = board.contents.map((found) => (found.kind === 'app' ? { ...found, brief: 'raft-demo 1.5.0' } : found));
    const bar = await show(ended('verified'));
    bar.board = { ...board, contents: now };
    await settle(bar);
    await expect.element(page.getByRole('heading', { name: 'app0 verified: raft-demo 1.5.0' })).toBeVisible();
  });

  test('is no success where a problem is left with which nothing starts', async () => {
    const bar = await show({ ...ended('verified'), problemsBefore: 'none', start: null });
    const colours = () => [...inside(bar, '.ended', HTMLElement).classList];
    expect(colours()).toContain('verified');
    bar.board = badBoard;
    await settle(bar);
    expect(text(bar)).toContain('verified');
    expect(colours()).toContain('unproved');
  });

  test('says how long the job took, and what the board started', async () => {
    const shown = text(await show(ended('verified')));
    expect(shown).toContain('The board started app0: raft-demo 1.5.0.');
    expect(shown).toContain('Verified by the board’s MD5 digests: 252 erase units.');
    // A board without digests sends its bytes, and it is the page that compares them.
    const readBack = text(await show({ ...ended('verified'), readBack: true }));
    expect(readBack).toContain('Read back and compared byte for byte: 252 erase units.');
    expect(readBack).not.toContain('digest');
    expect(shown).toContain('The flash around the writes is verified as unchanged.');
    expect(shown).toContain('Took 14 s.');
  });

  test('written is not verified: an unproved result never claims it', async () => {
    const shown = text(await show(ended('unproved')));
    expect(shown).toContain('not verifiable');
    expect(shown).not.toMatch(/(?<!not )verified|\bok\b/i);
  });

  test('of a job that ended early says what is on the board now', async () => {
    expect(text(await show(ended('stopped')))).toContain(
      'Of 252 erase units in the plan: 98 verified, 24 begun and not verified, 130 as before. Incomplete: app0.',
    );
    // The cable went after the last unit: nothing is incomplete.
    const all = text(await show({ ...ended('failed'), units: ended('failed').units.map(() => 'verified' as const) }));
    expect(all).toContain('Of 252 erase units in the plan: 252 verified. Only the last checks were not finished.');
    expect(all).not.toContain('Incomplete');
    const untouched = { ...ended('failed'), units: ended('failed').units.map(() => 'waiting' as const) };
    expect(text(await show(untouched))).toContain('Nothing was overwritten: the board is unchanged.');
  });

  test('of a job that failed says why, before what is on the board', async () => {
    const shown = text(await show(ended('failed')));
    const why = 'The board went away while erase unit 0xAB000 was being written.';
    expect(shown).toContain(why);
    expect(shown.indexOf(why)).toBeLessThan(shown.indexOf('Of 252 erase units'));
  });

  test('after a rollback the board is as it was, after a restore the backup is back', async () => {
    const after = (purpose: Ended['purpose']) => show({ ...ended('verified'), purpose });
    expect(text(await after({ kind: 'roll-back', job: 'j1' }))).toMatch(/^Previous content restored/);
    expect(text(await after({ kind: 'restore', backup: 'b1', name: 'nvs' }))).toMatch(/^Restored nvs/);
    // The headline is what is there now; when the backup was made is below it.
    const bar = await after({ kind: 'restore', backup: 'b1', name: 'the whole flash', made: 0 });
    await expect.element(page.getByRole('heading', { name: 'Restored the whole flash', exact: true })).toBeVisible();
    expect(text(bar)).toContain('Equal to the backup of 1\u00a0Jan\u00a01970, ');
  });

  test('leads to the next step: reconnect, or read again while the board is in its loader', LONG, async () => {
    const bar = await show(ended('failed'));
    const intent = next(bar, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Connect again' }).click();
    expect((await intent).detail).toEqual({ do: 'reconnect' });
    await show(ended('verified'));
    await expect.element(page.getByRole('button', { name: 'Read the board again' })).toBeInTheDocument();
    await show(ended('stopped'));
    await expect.element(page.getByRole('button', { name: 'Read the board again' })).toBeInTheDocument();
  });

  test('leads to another file: this one is removed, and the board is connected again', LONG, async () => {
    const bar = await show(ended('verified'));
    const sent: unknown[] = [];
    bar.addEventListener('sectorwise-intent', ({ detail }) => sent.push(detail));
    const shown = next(bar, 'sectorwise-show');
    await page.getByRole('button', { name: 'Flash another file' }).click();
    expect(sent).toEqual([{ do: 'remove-file', id: file.id }, { do: 'reconnect' }]);
    expect((await shown).detail).toBe('files');
    await show(ended('failed'));
    expect(page.getByRole('button', { name: 'Flash another file' }).elements()).toHaveLength(0);
  });

  test('saves the report as a JSON file, and says what it reveals', LONG, async () => {
    await show(ended('verified'));
    const button = page.getByRole('button', { name: 'Save the report' });
    await expect
      .element(button)
      .toHaveAccessibleDescription(/^The report contains this board’s MAC, 24:6f:28:a1:b2:c3\./);
    const blobs = vi.spyOn(URL, 'createObjectURL');
    const clicked = new Promise<HTMLAnchorElement>((resolve) => {
      vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementationOnce(function (this: HTMLAnchorElement) {
        resolve(this);
      });
    });
    await button.click();
    expect((await clicked).download).toBe('sectorwise-report-2026-03-09T10-00-14-200Z.json');
    const blob = blobs.mock.calls[0]?.[0];
    vi.restoreAllMocks();
    expect(JSON.parse(blob instanceof Blob ? await blob.text() : '')).toMatchObject({
      format: 'sectorwise-report',
      outcome: 'verified',
      start: { log: expect.stringContaining('says hello') },
    });
  });
});

describe('on a flash image in a file', () => {
  const shown = (work: Work, saved = false) =>
    mount(html`<job-bar .work=${work} .files=${[file]} .board=${imageBoard} ?saved=${saved}></job-bar>`, JobBar);

  test('nothing is said of a board, a link or a start, before and afterwards', async () => {
    const before = text(await shown(planned));
    expect(before).toContain('Written into the copy in memory.');
    const after = text(await shown(imageEnded));
    expect(after).toContain('Compared byte for byte in memory');
    const own = { ...refusal, says: 'This app is for an ESP32-S3, but the image is of an ESP32.' };
    for (const said of [before, after, text(await shown({ ...refused, refusals: [own] }))])
      expect(said).not.toMatch(/board|restart|Connect|USB|cable/i);
  });

  test('the next step is to save it, until it is saved', async () => {
    const bar = await shown(imageEnded);
    const intent = next(bar, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Save the image' }).click();
    expect((await intent).detail).toEqual({ do: 'save-image', what: 'image' });
    const loud = () => bar.shadowRoot?.querySelectorAll('wa-button[variant=brand]').length;
    expect(loud()).toBe(1);
    bar.saved = true;
    await settle(bar);
    expect(loud()).toBe(0);
  });
});
