/** One drop works out each fact once: what the files are, where they go, what starts. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { arrangeEsp } from '../../esp/arrange/arrange.ts';
import { identify } from '../../esp/arrange/identify.ts';
import { predictBoot } from '../../esp/boot/prediction.ts';
import { espFamily } from '../../esp/family.ts';
import { bytesSource } from '../../session/sources.ts';
import { openWorld, workOf } from '../esp/world.ts';

/** The app's family, counting calls and the work done for them. */
function counted() {
  const counts = { arranged: 0, identified: [] as string[], predicted: 0 };
  const tools: Parameters<typeof arrangeEsp>[2] = {
    identify: (file, board) => {
      counts.identified.push(file.name);
      return identify(file, board);
    },
    predict: (facts) => {
      counts.predicted++;
      return predictBoot(facts);
    },
  };
  const family: typeof espFamily = {
    ...espFamily,
    arrange: (request, board) => {
      counts.arranged++;
      return arrangeEsp(request, board, tools);
    },
  };
  return { counts, family };
}

const build = new Uint8Array(readFileSync('public/samples/blinky-idf-build.zip'));

test('one drop of a build of four files is arranged once, and each file is examined once', async () => {
  const { counts, family } = counted();
  const { session } = openWorld('esp32-raft', 921600, {}, { family });
  await session.connect();
  Object.assign(counts, { arranged: 0, identified: [], predicted: 0 });
  await session.dispatch({ do: 'add-files', files: [bytesSource('blinky-idf-build.zip', build)] });
  expect(workOf(session, 'planned').plan.stretches.length).toBeGreaterThan(0);
  expect(counts.arranged).toBe(1);
  expect(counts.identified).toHaveLength(4);
  expect(new Set(counts.identified).size).toBe(4);
  // The current boot, the app in each of the two slots, the final result, and nine states in which a power failure could leave
  // the board while the partition table of the build is written.
  expect(counts.predicted).toBe(13);
});

test('consenting, or looking at the same files again, works nothing out again', async () => {
  const { counts, family } = counted();
  const { session } = openWorld('esp32-raft', 921600, {}, { family });
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('blinky-idf-build.zip', build)] });
  Object.assign(counts, { arranged: 0, identified: [], predicted: 0 });
  await session.dispatch({ do: 'plan-files' });
  expect(counts).toEqual({ arranged: 0, identified: [], predicted: 0 });
});
