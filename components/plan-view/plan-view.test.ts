import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { askKey } from '../../src/flash/finding.ts';
import type { Content } from '../../src/flash/family.ts';
import { fatesOf } from '../../src/flash/fates.ts';
import type { Layout } from '../../src/flash/layout.ts';
import type { UnitPlan } from '../../src/flash/plan.ts';
import { plannedLayout } from '../../src/flash/layout.ts';
import type { Work } from '../../src/session/state.ts';
import {
  ask,
  board,
  emptyPlan,
  file,
  layout,
  plan,
  planned,
  progress,
  refusal,
  libraries,
} from '../gallery/fixtures.ts';
import { PlanView } from './plan-view.ts';
import { headlineOf } from '../../src/session/words/headline.ts';
import { fateLines, targets } from '../../src/session/words/plan.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (work: Work) => mount(html`<plan-view .work=${work} .layout=${layout}></plan-view>`, PlanView);
const nothingChosen = { files: [], containers: [] };
/** All of the flash, for a file that a person chose. */
const CHOSEN = [{ region: 'flash', address: 0, size: 0x400000 }] as const;
const asking: Work = { ...planned, asks: [ask] };
const surveying: Work = { kind: 'surveying', progress: progress('Looking at app0', 0.5) };

describe('accessibility', () => {
  test.each([{ kind: 'refused' as const, purpose: planned.purpose, refusals: [refusal] }, planned, asking])(
    'axe finds nothing: $kind',
    LONG,
    async (work) => {
      expect(await axeViolations(await show(work))).toEqual([]);
    },
  );
});

test('it says what changes and what stays, in plain and in exact words', async () => {
  const shown = text(await show(planned));
  expect(shown).toContain('app0 gets the file 252 erase units, 1008 KiB written; 38 already equal, skipped');
  expect(shown).toContain('Your Wi-Fi settings stay nvs, 0x9000, 84 KiB, kept');
  // Nothing was chosen by hand, and nobody asks how the app fills its erase units.
  expect(shown).not.toContain('written back');
  const view = await mount(html`<plan-view .work=${planned} .layout=${layout} .files=${[file]}></plan-view>`, PlanView);
  expect(text(view)).toContain('0x141E10–0x141FFF, 496 bytes, kept: written back');
  expect(shown).toContain('The board will start app0 with raft-demo 1.5.0.');
});

test('a file without a place is a question, not a problem', async () => {
  const { consent: _, ...asked } = ask;
  const place = { ...asked, kind: 'place-not-chosen', values: { file: 'cert.der' }, needs: 'place' } as const;
  const one = await show({ kind: 'refused', purpose: planned.purpose, refusals: [place] });
  expect(one.shadowRoot?.querySelector('.card')?.classList.contains('problem')).toBe(false);
});

test('a refusal that speaks of an extension leads to what that is', async () => {
  await show({ kind: 'refused', purpose: planned.purpose, refusals: [{ ...refusal, guide: 'extension' }] });
  const link = page.getByRole('link', { name: /^What an extension is, and how to build one/ });
  await expect.element(link).toHaveAttribute('href', 'help.html#extension');
  await show({ ...planned, asks: [{ ...ask, guide: 'extension' }] });
  await expect.element(link).toBeVisible();
});

test('a plan that also changes what starts says so, and is named after the file’s place', () => {
  const range = { region: 'flash', address: 0x1e000, size: 0x1000 };
  const unit = { ...range, pieces: [], before: null, after: '', why: '', backup: 'none' } as const;
  const both = { ...plan, stretches: [...plan.stretches, { ...range, units: [unit], rank: 1, encrypt: false }] };
  expect(targets(both, layout)).toBe('app0');
  const lines = fateLines(both, planned.fates);
  expect(lines[0]?.says).toBe('app0 gets the file');
  expect(lines[1]).toMatchObject({
    says: 'The boot selection changes',
    exact: 'otadata, 1 erase unit, 4 KiB written',
  });
});

test('what is only erased is called erased, and does not name the plan', () => {
  const nvs = { region: 'flash', address: 0x9000, size: 0x1000 };
  const blank = { ...nvs, source: { from: 'blank' } } as const;
  const unit = { ...nvs, pieces: [blank], before: null, after: '', why: '', backup: 'none' } as const;
  const erasing = { ...nvs, units: [unit], rank: 0, encrypt: false };
  expect(fateLines({ ...plan, stretches: [erasing] }, planned.fates)[0]?.says).toBe('nvs is erased');
  expect(targets({ ...plan, stretches: [...plan.stretches, erasing] }, layout)).toBe('app0');
  expect(targets({ ...plan, stretches: [erasing] }, layout)).toBe('nvs');
});

test('two places of a plan are joined as in its headline', () => {
  const unit = {
    region: 'flash',
    address: 0x9000,
    size: 0x1000,
    pieces: [],
    before: null,
    after: '',
    why: '',
    backup: 'none',
  } as const;
  const settings = { region: 'flash', address: 0x9000, size: 0x1000, units: [unit], rank: 0, encrypt: false };
  expect(targets({ ...plan, stretches: [settings, ...plan.stretches] }, layout)).toBe('nvs and app0');
});

describe('a plan with a new partition table', () => {
  // nvs is smaller, app0 is where another was, app1 is gone and fs has grown; bootloader, table and otadata are the same.
  const after: Layout = {
    ...layout,
    partitions: layout.partitions.flatMap((each) => {
      if (each.name === 'nvs') return [{ ...each, size: 0x6000 }];
      if (each.name === 'app0') return [{ ...each, name: 'main', type: 'app, factory' }];
      if (each.name === 'app1') return [];
      return each.name === 'fs' ? [{ ...each, address: each.address - 0x10000, size: each.size + 0x10000 }] : [each];
    }),
  };
  const image = plan.stretches.flatMap(({ units }) =>
    units.map(({ region, address, size }) => ({ region, address, data: new Uint8Array(size) })),
  );
  const fates = fatesOf({ before: layout, after, contents: board.contents, image });
  const reported = plannedLayout(layout, after);
  const work = { ...planned, layout: reported, fates };

  test('says what becomes of each partition, and never that something new stays', async () => {
    expect(
      fateLines(plan, fates, 'flash', CHOSEN).map(({ meaning, says, exact }) => `${meaning}: ${says} (${exact})`),
    ).toEqual([
      'changes: The bytes of nvs stay, but the firmware cannot read them at the new size (nvs, 0x9000, 24 KiB instead of 84 KiB, not written)',
      'changes: main gets the file (252 erase units, 1008 KiB written; 38 already equal, skipped)',
      'changes: app1 is removed; it held no app (app1, 0x1D0000, 1728 KiB, not written)',
      'changes: The content of the old fs is not moved: the firmware loses it, although its bytes are not erased (fs, 0x380000, 512 KiB, not written)',
      expect.stringMatching(
        /^written-back: The rest of a partly covered erase unit stays \(main, 0x141E10–0x141FFF, 496 bytes, kept: written back\)$/,
      ),
      'kept: fs is new and is not written: it holds whatever is in the flash there (fs, 0x370000, 576 KiB, not written)',
      'kept: The boot selection stays (otadata, 0x1E000, 8 KiB, kept)',
      'kept: The partition table stays (partition table, 0x8000, 4 KiB, kept)',
      'kept: The bootloader stays (bootloader, 0x1000, 28 KiB, kept)',
    ]);
    const view = await show(work);
    expect(text(view)).toContain('main gets the file');
    expect(text(view)).not.toContain('app0 gets the file');
    expect(text(view)).not.toContain('Your files stay');
    expect(headlineOf(work, nothingChosen).rest).toBe('The content of nvs and fs is lost. Everything else stays.');
    expect(headlineOf(work, nothingChosen).destructive).toBe(true);
  });

  test('says of a removed partition that it is overwritten or erased', () => {
    const range = { region: 'flash', address: 0x1d0000, size: 0x1000 };
    const unit: UnitPlan = { ...range, pieces: [], before: null, after: '', why: '', backup: 'none' };
    const erased = { ...range, source: { from: 'blank' } } as const;
    const of = (units: readonly UnitPlan[]) =>
      fateLines({ ...plan, stretches: [{ ...range, units, rank: 0, encrypt: false }] }, fates).map(({ says }) => says);
    expect(of([unit])).toContain('app1 is removed and overwritten');
    expect(of([{ ...unit, pieces: [erased] }])).toContain('app1 is removed and erased');
  });

  test('tells content that is erased and backed up from content that is lost', () => {
    const nvs = layout.partitions.find(({ name }) => name === 'nvs');
    if (nvs === undefined) throw new Error('the fixture lost its settings');
    const range = { region: nvs.region, address: nvs.address, size: 0x1000 };
    const pieces = [{ ...range, source: { from: 'blank' } } as const];
    const unit: UnitPlan = { ...range, pieces, before: null, after: '', why: '', backup: 'none' };
    const stretches = [{ ...range, units: [unit], rank: 0, encrypt: false }];
    const purpose = { kind: 'erase', range, name: 'nvs' } as const;
    const restOf = (backup: Partial<typeof planned.backup>) =>
      headlineOf(
        { ...planned, purpose, plan: { ...plan, stretches }, backup: { ...planned.backup, ...backup } },
        nothingChosen,
      ).rest;
    expect(restOf({ stored: 0x1000, lost: [] })).toBe('Its content is kept under Backups. Everything else stays.');
    expect(restOf({ lost: [range] })).toBe('The content of nvs is lost. Everything else stays.');
  });

  test('names nothing where there is no name: flash that belongs to no partition before or afterwards', () => {
    const kept = fateLines(plan, [], 'flash', CHOSEN).find(({ meaning }) => meaning === 'written-back');
    expect(kept?.exact).toBe('0x141E10–0x141FFF, 496 bytes, kept: written back');
  });

  test('a partition that grew in place keeps what it holds, unless that is tied to its size', () => {
    const grown = (content: Partial<Content>) => {
      const before = { ...layout, partitions: layout.partitions.filter(({ name }) => name === 'fs') };
      const larger = { ...before, partitions: before.partitions.map((fs) => ({ ...fs, size: fs.size + 0x10000 })) };
      const contents = before.partitions.map(({ region, address, size }): Content => ({
        region,
        address,
        size,
        kind: 'littlefs',
        says: 'Files.',
        ...content,
      }));
      return fateLines(emptyPlan, fatesOf({ before, after: larger, contents, image: [] })).map(({ says }) => says);
    };
    expect(grown({})).toEqual(['Your files stay']);
    expect(grown({ kind: 'blank' })).toEqual(['fs stays blank']);
    expect(grown({ kind: 'spiffs', tiedToSize: true })).toEqual([
      'The bytes of fs stay, but the firmware cannot read them at the new size',
    ]);
  });

  test('names what is given up as it is on the board now', async () => {
    const view = await show({ ...work, backup: libraries.cost });
    expect(text(view)).toContain('The old app in app0 is not backed up and cannot be restored.');
  });
});

test('a question with a better way has a button for it', LONG, async () => {
  const request = { do: 'restore', backup: 'b' } as const;
  const view = await show({
    ...planned,
    asks: [{ ...ask, repair: { label: 'Write it to app0', reason: '', request } }],
  });
  const sent = next(view, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Write it to app0' }).click();
  expect((await sent).detail).toEqual(request);
});

test('a question is answered by consent', async () => {
  const view = await show(asking);
  await expect.element(page.getByRole('checkbox', { name: /What lies there now would be lost/ })).not.toBeChecked();
  const intent = next(view, 'sectorwise-intent');
  await page.getByText(/What lies there now would be lost/).click();
  expect((await intent).detail).toEqual({ do: 'consent', ask: askKey(ask), yes: true });
});

test(
  'a box is ticked only if its consent was taken, also where the question stays while the plan is made again',
  LONG,
  async () => {
    const view = await show(asking);
    const box = page.getByRole('checkbox', { name: ask.consent ?? '' });
    box.element().focus();
    await userEvent.keyboard(' ');
    view.work = surveying;
    await settle(view);
    await expect.element(box).toBeChecked();
    view.work = { ...planned, asks: [ask] };
    await settle(view);
    await expect.element(box).not.toBeChecked();
  },
);

test('the first question takes the focus when it is asked for', async () => {
  const view = await show(asking);
  view.focus();
  expect(view.shadowRoot?.activeElement?.textContent).toContain(ask.says);
});

test('of several questions the one that waits for an answer takes the focus, and what need not be answered is no warning', async () => {
  const [other, free] = [
    { ...ask, kind: 'second', says: 'The second question.' },
    { ...ask, kind: 'third', says: 'A choice.', optional: true as const },
  ];
  const view = await show({ ...planned, asks: [free, ask, other], granted: [askKey(ask)] });
  view.focus();
  expect(view.shadowRoot?.activeElement?.textContent).toContain('The second question.');
  const warned = [...(view.shadowRoot?.querySelectorAll('article.warning h4') ?? [])].map((each) =>
    each.textContent.trim(),
  );
  expect(warned).toEqual([ask.says, 'The second question.']);
});

test('what cannot be verified is announced before it is written', async () => {
  expect(text(await show(planned))).not.toContain('cannot be verified');
  const units = planned.plan.stretches.reduce((sum, stretch) => sum + stretch.units.length, 0);
  expect(text(await show({ ...planned, unprovable: units }))).toContain('This write cannot be verified:');
  expect(text(await show({ ...planned, unprovable: 3 }))).toContain(
    `The write to 3 of ${units} erase units cannot be verified:`,
  );
});

test('the stretches in write order are whole, with their numbers, also where they have a reason in common', async () => {
  const unit = { pieces: [], before: null, after: '', backup: 'none' } as const;
  const stretches = [0x1e000, 0x20000, 0x40000].map((address, rank) => {
    const range = { region: 'flash', address, size: 0x1000 };
    const why = rank === 0 ? 'otadata is written' : 'fs: its files are rewritten';
    return { ...range, units: [{ ...range, ...unit, why }], rank, encrypt: false };
  });
  const view = await show({ ...planned, plan: { ...plan, stretches } });
  const details = inside(view, 'wa-details', HTMLElement);
  details.setAttribute('open', '');
  await settle(view);
  const list = inside(view, '.stretches', HTMLElement);
  await expect.poll(() => list.getBoundingClientRect().height).toBeGreaterThan(0);
  const { left } = list.getBoundingClientRect();
  const words = [...list.querySelectorAll('.exact')];
  const starts = words.map((each) => each.getBoundingClientRect().left - left);
  expect(words).toHaveLength(4);
  expect(Math.min(...starts)).toBeGreaterThanOrEqual(0);
  // A number stands before the text that it is of: it has room for three figures there.
  const numbered = words.flatMap((each, i) => (each.matches('li') ? [starts[i]] : []));
  expect(Math.min(...numbered.map((start) => start ?? 0))).toBeGreaterThan(24);
});

test('what is below does not move while a plan is updated', async () => {
  const view = await show(planned);
  const height = view.offsetHeight;
  view.work = surveying;
  await settle(view);
  expect(view.offsetHeight).toBe(height);
  view.work = { kind: 'refused', purpose: planned.purpose, refusals: [refusal] };
  await settle(view);
  expect(view.offsetHeight).toBeLessThan(height);
});

test('a refusal says what is refused and what to do instead', async () => {
  const shown = text(await show({ kind: 'refused', purpose: planned.purpose, refusals: [refusal] }));
  expect(shown).toContain(refusal.says);
  expect(shown).toContain(refusal.next);
});

test('it says what is backed up of what is overwritten, what that costs, and what is given up', async () => {
  const view = await show({ ...planned, backup: libraries.cost });
  const shown = text(view);
  expect(shown).toContain('600 KiB of current content is backed up first, which takes about 6 s.');
  expect(shown).toContain('The old app in app0 is not backed up and cannot be restored.');
  expect(await axeViolations(view)).toEqual([]);
  const stored = { ...libraries.cost, read: 0, lost: [] };
  expect(text(await show({ ...planned, backup: stored }))).toContain('88 KiB of current content is backed up first.');
  expect(text(await show(planned))).not.toContain('overwritten');
});

test.each([
  [{ kind: 'roll-back', job: 'j1' }, 'app0: as it was before'],
  [{ kind: 'restore', backup: 'b1', name: 'app0: blank', made: 0 }, 'app0: from the backup'],
] as const)('a plan for something else than files says so: %o', async (purpose, line) => {
  expect(text(await show({ ...planned, purpose }))).toContain(line);
});
