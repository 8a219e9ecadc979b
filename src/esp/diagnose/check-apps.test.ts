/** What a closer look says of an app partition: never more than what was read and checked. */
import { expect, test } from 'vitest';
import { diagnosedOf } from '../../testing/esp/diagnosed.ts';
import { edited, SOUND } from '../../testing/rules/samples.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';

const APP0 = { label: 'app0', type: 0, subtype: 0x10, offset: 0x20000, size: 0x20000 };
const MIB = 1 << 20;

/** The check of app0, and what was found, on a board with this app in it and no other partition. */
async function checked(app: Uint8Array, { size = APP0.size, flashSize = 4 * MIB } = {}) {
  const flash = new Uint8Array(flashSize).fill(0xff);
  flash.set(SOUND.subarray(0, 0x8000));
  flash.set(buildPartitionTable([{ ...APP0, size }]), 0x8000);
  flash.set(app, APP0.offset);
  const { diagnosis, findings } = await diagnosedOf(flash);
  return {
    check: diagnosis?.checks.find(({ name }) => name === 'app0'),
    kinds: findings.map(({ kind }) => kind),
  };
}

const appOf = (size: number) => buildAppImage({ project: 'blink', version: '2', seed: 3, size });

test.each([0x20000, 0x20000 - 16, 0x20000 - 32])('an app of %i bytes fits into 128 KiB', async (size) => {
  // Without a hash of its own the bound of its length is 32 bytes too high.
  const app = edited(appOf(size), (copy) => (copy[23] = 0));
  const { check, kinds } = await checked(app);
  expect(check?.state).toBe('whole');
  expect(kinds).not.toContain('app-larger-than-slot');
});

test('an app that goes on behind its partition is larger than that', async () => {
  const { check, kinds } = await checked(appOf(0x30000));
  expect(check).toMatchObject({
    state: 'damaged',
    says: expect.stringMatching(/needs .+, but its partition has 128 KiB/),
  });
  expect(kinds).toContain('app-larger-than-slot');
});

test('a header without a segment is no app, and is not called whole', async () => {
  const none = edited(appOf(0x10000), (copy) => copy.fill(0, 1, 2).fill(0, 32, 36));
  const { check } = await checked(none);
  expect(check).toEqual({
    name: 'app0',
    state: 'damaged',
    says: 'There is no app in it: its header is not that of one.',
  });
});

test('an app in a partition of more than 16 MiB is not loaded, and is not called whole', async () => {
  const { check } = await checked(appOf(0x10000), { size: 17 * MIB, flashSize: 32 * MIB });
  expect(check).toEqual({
    name: 'app0',
    state: 'damaged',
    says: 'The bootloader loads nothing from a partition larger than 16 MiB.',
  });
});
