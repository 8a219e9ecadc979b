/**
 * A worker that reports the states of a large job as a device's worker does: 16 MB of flash, all 4096 erase units rewritten, 12
 * reports a second for three seconds, encoded as real ones are.
 */
import type { Layout, Partition } from '../../src/flash/layout.ts';
import type { UnitState } from '../../src/flash/job.ts';
import { regionOf, unitsTouching } from '../../src/flash/map.ts';
import { planWrite, plannedUnits } from '../../src/flash/plan.ts';
import type { UnitContent } from '../../src/flash/survey.ts';
import { unitKey } from '../../src/flash/survey.ts';
import { makeStateEncoder } from '../../src/browser/state-codec.ts';
import type { SessionState } from '../../src/session/state.ts';
import { bigLayout, board, contents } from './fixtures.board.ts';

const SIZE = 0x1000000;
const TELLS = 36;
const EVERY_MS = 1000 / 12;
/** The number of units in one transfer. */
const STRETCH = 32;

const [region] = bigLayout.map.regions;
if (region === undefined) throw new Error('the recorded layout has no region');
const app0: Partition = {
  region: region.id,
  name: 'app0',
  role: 'app',
  type: 'app, ota_0',
  address: 0x20000,
  size: 0x7e0000,
};
const app1: Partition = { ...app0, name: 'app1', type: 'app, ota_1', address: 0x800000, size: 0x780000 };
const fs: Partition = { ...app0, name: 'fs', role: 'files', type: 'data', address: 0xf80000, size: 0x80000 };
const layout: Layout = { ...bigLayout, partitions: [...bigLayout.partitions.slice(0, 4), app0, app1, fs] };

const units = unitsTouching(regionOf(layout.map, region.id), 0, SIZE);
const planning = planWrite({
  layout,
  image: [{ region: region.id, address: 0, data: new Uint8Array(SIZE).fill(7) }],
  promised: [],
  survey: new Map(units.map((unit): [string, UnitContent] => [unitKey(unit), { kind: 'digest', md5: 'f'.repeat(32) }])),
  md5: () => '0123456789abcdef'.repeat(2),
  rank: () => 0,
});
if (planning.kind !== 'plan') throw new Error('the recorded plan was refused');
const { plan } = planning;
const all = plannedUnits(plan).length;

function stateAfter(reported: number): SessionState {
  const done = Math.round((reported / TELLS) * all);
  const state = (i: number): UnitState => {
    if (i < done - STRETCH) return 'verified';
    if (i < done) return 'written';
    return i < done + STRETCH ? 'unknown' : 'waiting';
  };
  return {
    kind: 'connected',
    board: { ...board, layout, contents },
    files: [],
    containers: [],
    interrupted: null,
    work: {
      kind: 'flashing',
      purpose: { kind: 'flash' },
      plan,
      layout,
      unprovable: 0,
      progress: { says: 'Writing', done: done * 4096, total: SIZE, bytesPerSecond: 92_160, leftMs: (all - done) * 40 },
      units: plannedUnits(plan).map((_, i) => state(i)),
      stopping: false,
    },
  };
}

// The first state is sent before the recording starts.
const pack = makeStateEncoder();
postMessage(pack(stateAfter(0)));
addEventListener('message', () => {
  let reported = 0;
  const timer = setInterval(() => {
    postMessage(pack(stateAfter(++reported)));
    if (reported === TELLS) clearInterval(timer);
  }, EVERY_MS);
});
