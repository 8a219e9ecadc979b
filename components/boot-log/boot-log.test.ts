import { html } from 'lit';
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { plainText } from '../../src/flash/terminal-text.ts';
import { BootLog } from './boot-log.ts';
import { bootLog, colouredLog } from '../gallery/fixtures.ts';
import { axeViolations, inside, mount, settle, text } from '../shared/testing.ts';
import { byLength } from '../../src/testing/long.ts';

const show = (log: string, live = false) => mount(html`<boot-log ?live=${live} .text=${log}></boot-log>`, BootLog);
const spans = (log: BootLog) => [...(log.shadowRoot?.querySelectorAll('span') ?? [])];

/** All eight colours, each in both weights. */
const ALL = [30, 31, 32, 33, 34, 35, 36, 37]
  .map((code) => `\u001B[0;${code}mlight \u001B[1mheavy\u001B[0m plain\r\n`)
  .join('');

afterEach(() => {
  document.documentElement.style.colorScheme = '';
});

test.each(['light', 'dark'])('axe finds nothing, and every colour is readable: %s', async (scheme) => {
  document.documentElement.style.colorScheme = scheme;
  document.body.style.background = 'var(--page)';
  expect(await axeViolations(await show(ALL))).toEqual([]);
});

test('a log is shown in the board’s own colours, without their codes', async () => {
  const log = await show(colouredLog);
  const shown = spans(log).map((span) => [span.className.trim(), span.textContent.slice(0, 2)]);
  expect(shown).toEqual([
    ['green', 'I '],
    ['yellow', 'W '],
    ['red', 'E '],
  ]);
  expect(inside(log, 'pre', HTMLElement).textContent).not.toContain('[0');
  const [ink, green, yellow, red] = [inside(log, 'pre', HTMLElement), ...spans(log)].map(
    (element) => getComputedStyle(element).color,
  );
  expect(new Set([ink, green, yellow, red]).size).toBe(4);
});

test('an error stands out without colour too', async () => {
  const [green, , red] = spans(await show(colouredLog)).map((span) => Number(getComputedStyle(span).fontWeight));
  expect(red).toBeGreaterThan(green ?? Infinity);
});

test('a colour code that arrives in two pieces is never shown as text', async () => {
  const log = await show('');
  for (let at = 0; at <= colouredLog.length; at++) {
    log.text = colouredLog.slice(0, at);
    await log.updateComplete;
    const shown = inside(log, 'pre', HTMLElement).textContent;
    expect(['\u001B', '[0', ';3'].filter((code) => shown.includes(code))).toEqual([]);
  }
  expect(spans(log)).toHaveLength(3);
});

test('the line that the verdict goes by is marked and in view, wherever more follows it and whatever colours it', async () => {
  const line = 'I (379) boot: Loaded app from partition at offset 0x1d0000';
  const before = `${bootLog.repeat(4)}\n${line} was printed by an app\n`;
  const coloured = `\u001B[0;32m${line}\u001B[0m`;
  const log = await show(`${before}${coloured}\r\n${'hello from the app\r\n'.repeat(60)}`);
  expect(log.shadowRoot?.querySelector('mark')).toBeNull();
  // Its words stand above it, too.
  log.line = { from: before.length, to: before.length + coloured.length };
  await settle(log);
  expect(log.shadowRoot?.querySelectorAll('mark')).toHaveLength(1);
  expect(inside(log, 'pre', HTMLElement).textContent.trim().indexOf(line)).toBeLessThan(plainText(before).length);
  const [mark, pre] = [inside(log, 'mark', HTMLElement), inside(log, 'pre', HTMLElement)];
  expect(mark.textContent).toBe(line);
  const [seen, frame] = [mark.getBoundingClientRect(), pre.getBoundingClientRect()];
  expect(seen.top).toBeGreaterThanOrEqual(frame.top);
  expect(seen.bottom).toBeLessThanOrEqual(frame.bottom + 1);
  expect(await axeViolations(log)).toEqual([]);
  log.line = null;
  await settle(log);
  expect(log.shadowRoot?.querySelector('mark')).toBeNull();
});

test('the end is visible, and stays visible as more arrives', async () => {
  const log = await show(bootLog.repeat(4), true);
  const pre = inside(log, 'pre', HTMLElement);
  const left = () => pre.scrollHeight - pre.clientHeight - pre.scrollTop;
  expect(pre.scrollTop).toBeGreaterThan(0);
  expect(left()).toBeLessThan(1);
  log.text = bootLog.repeat(5);
  await settle(log);
  expect(left()).toBeLessThan(1);
});

const OUTPUTS = [
  ['text', '0123456789abcdef'.repeat(0x1000)],
  ['colours', '\u001B[0;31mred\u001B[0m'.repeat(0x1000)],
] as const;
for (const [options, outputs] of byLength(OUTPUTS, ([what]) => what === 'text'))
  test.each(outputs)(
    '64 KiB of %s without a line end wrap, end in view, and do not block the page',
    options,
    async (_, output) => {
      const log = await show('', true);
      const pre = inside(log, 'pre', HTMLElement);
      const from = performance.now();
      const times = 16;
      for (let i = 1; i <= times; i++) {
        log.text = output.slice(0, (output.length / times) * i);
        await log.updateComplete;
        await new Promise(requestAnimationFrame);
        expect(pre.scrollHeight - pre.clientHeight - pre.scrollTop).toBeLessThan(1);
      }
      // The session shows new output this often, in ms.
      expect((performance.now() - from) / times).toBeLessThan(125);
      expect(pre.scrollWidth).toBe(pre.clientWidth);
      expect(pre.textContent.trim()).toBe(plainText(output));
    },
  );

test('new output is announced to screen readers, a finished log is not', async () => {
  await show(bootLog, true);
  await expect.element(page.getByRole('log', { name: 'Board output so far' })).toHaveAttribute('aria-live', 'polite');
  await show(bootLog);
  await expect
    .element(page.getByRole('log', { name: 'Board output', exact: true }))
    .toHaveAttribute('aria-live', 'off');
});

test('a long log is shown from its end, in whole lines', async () => {
  const log = await show(`${bootLog}\r\n`.repeat(20));
  const shown = inside(log, 'pre', HTMLElement);
  const line = parseFloat(getComputedStyle(shown).lineHeight);
  expect(shown.scrollTop).toBe(shown.scrollHeight - shown.clientHeight);
  expect(shown.scrollTop).toBeGreaterThan(0);
  expect(shown.scrollTop % line).toBe(0);
});

test('the end stays visible where its lines become narrower, and what a person looks at stays too', async () => {
  const log = await show(bootLog.repeat(4));
  const pre = inside(log, 'pre', HTMLElement);
  const fromEnd = () => pre.scrollHeight - pre.clientHeight - pre.scrollTop;
  log.style.width = '300px';
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  pre.scrollTop = 40;
  await new Promise(requestAnimationFrame);
  log.style.width = '280px';
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  expect(pre.scrollTop).toBe(40);
});

test('a log that replaces one whose beginning was looked at is followed again, one that only becomes longer is not', async () => {
  const first = `first start\r\n${bootLog.repeat(16)}`;
  const log = await show(first, true);
  const pre = inside(log, 'pre', HTMLElement);
  const fromEnd = () => pre.scrollHeight - pre.clientHeight - pre.scrollTop;
  pre.scrollTop = 0;
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  // Its middle is left out from here on.
  log.text = `${first.slice(0, 0x1800)}…\n${bootLog.repeat(4)}`;
  await settle(log);
  expect(pre.scrollTop).toBe(0);
  log.text = `second start\r\n${bootLog.repeat(4)}`;
  await settle(log);
  expect(pre.scrollTop).toBeGreaterThan(0);
  expect(fromEnd()).toBeLessThanOrEqual(1);
});

test('what prints nothing yet is waited for, and what has printed nothing is not', async () => {
  const log = await show('', true);
  expect(text(log)).toBe('Waiting for what the board prints …');
  log.text = 'ets';
  await settle(log);
  expect(text(log)).toBe('ets');
  expect(text(await show(''))).toBe('');
});
