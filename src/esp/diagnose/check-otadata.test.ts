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
