/** The rows of boards in DFU mode: an application in two sectors of a Photon. */
import { askKey } from '../../flash/finding.ts';
import { bytesSource } from '../../session/sources.ts';
import { makeDfuBoard } from '../../virtual-boards/dfu/catalogue.ts';
import type { SectorFlash } from '../../virtual-boards/dfu/sector-flash.ts';
import { VirtualUsbPort } from '../../virtual-boards/usb-port.ts';
import { testClock } from '../clock.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { flash, workOf } from '../esp/world.ts';
import { dfuWriteMs } from './limit.ts';
import { Milestones } from './milestones.ts';
import { dfuPeerWrite } from './peers.ts';
import type { Row } from './row.ts';
import { COMPARED, KEPT } from './row.ts';
import { noise } from '../bytes.ts';

const SECTOR = 0x20000;
/** The application's own sector of a Photon, and the last one: between them lies the sector for updates. */
const [FIRST, SECOND] = [0x080a0000, 0x080e0000];

/** Drops 256 KiB for both sectors of a Photon that holds `held` there. */
async function planned(data: Uint8Array, held?: Uint8Array) {
  const clock = testClock();
  const milestones = new Milestones(clock);
  const world = openDfuWorld('photon', undefined, undefined, milestones.store, clock);
  if (held !== undefined) load(world.made.flash, held);
  const { session } = world;
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('data.bin', data)] });
  const [file] = session.state.kind === 'connected' ? session.state.files : [];
  if (file === undefined) throw new Error(JSON.stringify(session.state).slice(0, 300));
  await session.dispatch({ do: 'place', id: file.id, choice: 'sectors@80a0000+80e0000' });
  for (const ask of workOf(session, 'planned').asks)
    await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
  return { ...world, milestones };
}

function load(cells: SectorFlash, data: Uint8Array): void {
  cells.load(FIRST, data.subarray(0, SECTOR));
  cells.load(SECOND, data.subarray(SECTOR));
}

/** Carries the plan out: how long each phase took, in ms, and how many sectors were erased. */
async function carriedOut({ session, clock, made, milestones }: Awaited<ReturnType<typeof planned>>) {
  const [from, erases] = [clock.now(), made.flash.totalErases];
  await flash(session);
  const { outcome, failure } = workOf(session, 'ended');
  if (outcome !== 'verified') throw new Error(`${outcome}: ${JSON.stringify(failure)}`);
  return { ...milestones.since(from), erases: made.flash.totalErases - erases };
}

/** What the package makes of writing 256 KiB from the application's sector on, unverified. */
async function peer(data: Uint8Array): Promise<{ readonly ms: number | null; readonly note: string }> {
  const clock = testClock();
  const made = makeDfuBoard('photon', clock);
  const port = new VirtualUsbPort(made.board, clock);
  const usb = await port.whenConnected();
  const from = clock.now();
  const patience = new Promise<string>((resolve) => void clock.at(120_000, () => resolve('it never came to an end')));
  const ended = await Promise.race([dfuPeerWrite(usb, clock, FIRST, data), patience]);
  const ms = clock.now() - from;
  const whole = Buffer.compare(made.flash.read(FIRST, data.length), data) === 0;
  return ended === null && whole
    ? { ms, note: 'unverified' }
    : { ms: null, note: `cannot finish: ${ended ?? 'other bytes'}` };
}

/** Every row of this file. */
export const DFU_ROWS: readonly Row[] = [
  {
    id: 'photon-256k',
    work: 'Photon, 256 KiB in two sectors, each read back',
    peer: 'dfu 0.1.5, 256 KiB contiguously, unverified',
    clock: 'board',
    repetitions: 1,
    cost: 1,
    goal: { limit: 1.08 },
    short: true,
    run: async (seed) => {
      const data = noise(2 * SECTOR, seed);
      const { writeMs: ours, keepMs, compareMs, erases } = await carriedOut(await planned(data));
      const sectors = [data.subarray(0, SECTOR), data.subarray(SECTOR)].map((own) => ({ size: SECTOR, data: own }));
      const { ms: peerMs, note } = await peer(data);
      const apart = { [KEPT]: keepMs, [COMPARED]: compareMs };
      return {
        ours,
        peer: peerMs,
        limit: dfuWriteMs(sectors),
        apart,
        notes: [`${erases} sectors erased`, `peer: ${note}`],
      };
    },
  },
  {
    id: 'photon-one-sector',
    work: 'Photon, the same with one sector changed',
    peer: null,
    clock: 'board',
    repetitions: 1,
    cost: 1,
    goal: { limit: 1.08 },
    run: async (seed) => {
      const before = noise(2 * SECTOR, seed);
      const data = before.slice();
      data.set([1, 2, 3, 4], 0x1000);
      const { writeMs: ours, keepMs, compareMs, erases } = await carriedOut(await planned(data, before));
      const apart = { [KEPT]: keepMs, [COMPARED]: compareMs };
      if (erases !== 1) throw new Error(`${erases} sectors were erased`);
      const limit = dfuWriteMs([{ size: SECTOR, data: data.subarray(0, SECTOR) }]);
      return { ours, peer: null, limit, apart, notes: [`${erases} sector erased`] };
    },
  },
];
