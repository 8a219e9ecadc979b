/** What a closer look says of entries of otadata that the bootloader ignores: the reason that their state gives. */
import { expect, test } from 'vitest';
import { diagnosedOf } from '../../testing/esp/diagnosed.ts';
import { flashWith } from '../../testing/rules/samples.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';

test.each([
  [4, 'its app never confirmed that it works (ABORTED)'],
  [3, 'its app is marked as not working (INVALID)'],
])('state %i', async (state, why) => {
  const { findings } = await diagnosedOf(
    flashWith((flash) => flash.set(buildOtadata({ seq: 1 }, { seq: 2, state }), 0x1e000)),
  );
  expect(findings.find(({ kind }) => kind === 'otadata-rolled-back')?.says).toBe(
    `Entry 2 of “otadata” selected app1, but the bootloader ignores it: ${why}.`,
  );
});

test.each([
  [
    -1,
    '“Mark app0 valid in entry 2” under “Change what starts” rewrites this entry. So does the next update over the air.',
  ],
  [2, 'Nothing has to be done: the next update over the air rewrites this entry.'],
])('an entry that does not count is damaged, beside one in state %i', async (state, next) => {
  const otadata = buildOtadata({ seq: 1, ...(state >= 0 && { state }) }, { seq: 2 });
  otadata[0x101c] = 0;
  const board = await diagnosedOf(flashWith((flash) => flash.set(otadata, 0x1e000)));
  expect(board.findings.find(({ kind }) => kind === 'otadata-entry-damaged')?.next).toBe(next);
  // The summary agrees with the list of what was checked.
  expect(board.diagnosis?.says).toBe('The board starts app0. Everything that was read is intact except otadata.');
  expect(board.diagnosis?.verdict).toBe('note');
});
