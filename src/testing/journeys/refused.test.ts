/** Files that no place of the board may take: each is refused with the reason, and nothing is erased. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytesSource } from '../../session/sources.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { differences, openWorld, workOf } from '../esp/world.ts';

const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));
const damaged = update.slice();
damaged[0x5000] = (damaged[0x5000] ?? 0) ^ 1;

test.each([
  {
    what: 'an app for another chip',
    name: 'hello-s3.bin',
    data: new Uint8Array(readFileSync('public/samples/hello-s3.bin')),
    says: /hello-s3\.bin is for the ESP32-S3, but this board has an ESP32\./,
  },
  {
    what: 'an app larger than its partition',
    name: 'too-large.bin',
    data: buildAppImage({ project: 'large', version: '1.0.0', size: 0x1c0000, seed: 41 }),
    says: /too-large\.bin is .*1728 KiB: .* too much/,
  },
  {
    what: 'a file that is not an app',
    name: 'notes.txt',
    data: new TextEncoder().encode('buy milk\n'.repeat(200)),
    says: /notes\.txt is not a bootable app image: This is not an Espressif app image: it looks like text\./,
  },
  {
    what: 'a damaged app',
    name: 'damaged.bin',
    data: damaged,
    says: /damaged\.bin is not a valid app image: The image’s checksum does not match/,
  },
])('$what', async ({ name, data, says }) => {
  const { session, made } = openWorld('esp32-raft');
  await session.connect();
  const before = made.flash.snapshot();
  await session.dispatch({ do: 'add-files', files: [bytesSource(name, data)] });
  const { refusals } = workOf(session, 'refused');
  expect(refusals.map((refusal) => refusal.says).join('\n')).toMatch(says);
  // A page that asks for it nevertheless gets nothing.
  await session.dispatch({ do: 'flash', plan: 'none' });
  workOf(session, 'refused');
  expect(made.flash.totalErases).toBe(0);
  expect(differences(made.flash.snapshot(), before)).toEqual([]);
});
