/** An app where the bootloader belongs: in a build, in a merged image, and on the board. */
import { expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import {
  afterwardsOf,
  boardOf,
  checkFiles,
  choiceIds,
  kindsOf,
  named,
  place,
  placesFor,
} from '../../testing/esp/placements.ts';

const flash = factoryFlash().snapshot();
const app = buildAppImage({ project: 'demo', version: '1.0', seed: 1, size: 0x6000 });

test('in a build that gives it the bootloader’s address is refused, and offered the app partitions', async () => {
  const board = await boardOf(flash);
  const file = { ...named('app.bin', app), at: 0x1000 };
  const choices = placesFor(file, [], board);
  expect(choices[0]).toMatchObject({ id: 'at@4096', name: 'the place of the bootloader' });
  expect(choiceIds(choices).slice(1)).toEqual(['(app1@1900544+start)', '(app0@131072)', '(app1@1900544)']);
  expect(checkFiles(place([file], board), board).map(({ kind, says }) => [kind, says])).toEqual([
    [
      'app-at-bootloader',
      'app.bin is an app, but its build puts it at 0x1000, where the ESP32 expects its bootloader.',
    ],
  ]);
  expect(kindsOf(place([file], board, { 'app.bin': 'app1@1900544+start' }), board)).toEqual([]);
});

test('in a merged image is refused', async () => {
  const board = await boardOf(flash);
  const image = flash.slice(0, 0x9000);
  image.fill(0xff, 0x1000, 0x8000).set(app, 0x1000);
  const [refusal, ...others] = checkFiles(place([named('m.bin', image)], board), board);
  expect(refusal).toMatchObject({
    kind: 'merged-refused',
    says: 'm.bin is a merged image that would not work: an app, demo 1.0, is where its bootloader belongs, at 0x1000.',
  });
  expect(others).toEqual([]);
});

test('on the board is no bootloader: nothing starts, and a new app does not change that', async () => {
  const wrong = flash.slice();
  wrong.fill(0xff, 0x1000, 0x8000).set(app, 0x1000);
  const board = await boardOf(wrong);
  expect(board.contents.find(({ address }) => address === 0x1000)?.says).toBe(
    'No bootloader, but an app. The app demo 1.0 for the ESP32, made with ESP-IDF v5.3.1.',
  );
  expect(board.boot?.says).toBe(
    'Nothing starts: there is no ESP32 bootloader where the chip looks for it, at 0x1000, but an app, demo 1.0.',
  );
  expect(board.findings.find(({ verdict }) => verdict === 'problem')?.says).toBe(
    'There is no bootloader at 0x1000, where the ESP32 expects it, but an app, demo 1.0: nothing can start.',
  );
  const other = named('other.bin', buildAppImage({ project: 'demo', version: '2.0', seed: 2 }));
  expect(afterwardsOf(place([other], board), board)).toMatch(
    /^Afterwards nothing starts: there is no ESP32 bootloader/,
  );
});
