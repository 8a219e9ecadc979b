import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Finding } from '../../src/flash/finding.ts';
import type { SessionState } from '../../src/session/state.ts';
import { axeViolations, mount, next, text } from '../shared/testing.ts';
import { UnlockView } from './unlock-view.ts';

type Unlocking = Extract<SessionState, { kind: 'unlocking' }>;
const at = (step: Unlocking['step'], part: number | null) =>
  mount(
    html`<unlock-view .unlocking=${{ kind: 'unlocking', board: 'STM32F405', step, part }}></unlock-view>`,
    UnlockView,
  );
const outcome = (verdict: Finding['verdict']): Finding => ({
  kind: 'any',
  verdict,
  place: { in: 'device' },
  values: {},
  says: 'The chip is unlocked and its whole flash is blank.',
  next: 'It can be flashed now.',
});

describe('the steps', () => {
  test.each([
    ['erasing', 0.4, 'The chip erases its whole flash'],
    ['returning', null, 'It restarts and comes back on USB'],
    ['reading', 0.5, 'The whole flash is read: it has to be blank'],
  ] as const)('%s is the current one, and axe finds nothing', async (step, part, says) => {
    const view = await at(step, part);
    expect(view.shadowRoot?.querySelector('[aria-current=step]')?.textContent).toContain(says);
    expect(await axeViolations(view)).toEqual([]);
  });

  test('the wait can be ended at any of them', async () => {
    const view = await at('erasing', 0.1);
    const asked = next(view, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Stop waiting' }).click();
    expect((await asked).detail).toEqual({ do: 'cancel' });
  });
});

test.each(['good', 'warning', 'problem'] as const)(
  'what became of it comes with its next step: %s',
  async (verdict) => {
    const view = await mount(html`<unlock-view .outcome=${outcome(verdict)}></unlock-view>`, UnlockView);
    expect(text(view)).toContain('The chip is unlocked and its whole flash is blank. It can be flashed now.');
    expect(await axeViolations(view)).toEqual([]);
  },
);
