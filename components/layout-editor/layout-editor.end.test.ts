/** What stands at the end of the layout editor: where the layout stands, and what is wrong with it. */
import { expect, test } from 'vitest';
import { editable } from '../gallery/fixtures.ts';
import { inside, text } from '../shared/testing.ts';
import { show, type } from './layout-editor.testing.ts';
import { layoutStatus, stageHold } from './layout-editor.words.ts';
import { LONG } from '../../src/testing/long.ts';

test('while its job runs, a layout is not said to be written: the job may only read the board again, or start it', () => {
  const status = layoutStatus({
    rows: [],
    now: editable.rows,
    problems: 0,
    changed: true,
    undone: false,
    stage: 'writing',
    button: '',
  });
  for (const says of [status, stageHold('writing')]) {
    expect(says).toContain('job');
    expect(says).not.toMatch(/writ/);
  }
});

test(
  'the end says what is wrong, first what the last edit led to, and stays for what is no number, too',
  LONG,
  async () => {
    const { element } = await show();
    const end = () => inside(element, '.end', HTMLElement);
    const says = () => end().querySelector('.problem')?.textContent?.trim();
    expect(says()).toBeUndefined();
    await type('Size of fs', 'big');
    expect(says()).toMatch(/^“big” is not a number\./);
    expect(end().classList.contains('stays')).toBe(true);
    expect(text(element)).toContain('1 problem must be corrected before this can be planned.');
    await type('Size of fs', '4 MiB');
    expect(says()).toMatch(/^“fs” ends at /);
    await type('Size of nvs', '8K');
    expect(says()).toMatch(/^The NVS partition “nvs” is 8 KiB/);
    await type('Size of nvs', '84K');
    expect(says()).toMatch(/^“fs” ends at /);
  },
);
