/** The rows of Espressif boards: connecting, writing, updating, backing up. */
import { plannedUnits } from '../../flash/plan.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { assembleImage } from '../../virtual-boards/esp/firmware/image.ts';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { buildPartitionTable, RAFT_OTA_8MB_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { firmwareBytes } from '../../virtual-boards/esp/firmware/random.ts';
import type { NorFlash } from '../../virtual-boards/nor-flash.ts';
import { workOf } from '../esp/world.ts';
import type { Bench } from './esp-world.ts';
import {
  connectOwn,
  drop,
  firstState,
  flashPlan,
  msOf,
  openOwn,
  partition,
  peerOn,
  peerReadMs,
  peerWriteMs,
  UART,
  USB,
} from './esp-world.ts';
import type { Placed, Wire } from './limit.ts';
import { digestMs, readMs, writeMs } from './limit.ts';
import type { Row, Times } from './row.ts';
import { COMPARED, KEPT } from './row.ts';
import { noise } from '../bytes.ts';

const MIB = 1 << 20;
const UNIT = 0x1000;
/** The spare slot of the virtual ESP32, the otadata record that is written next, and the whole flash. */
const APP1 = 0x1d0000;
const OTADATA = 0x1e000;
const RECORD = { address: OTADATA + UNIT, size: UNIT };
const ESP32: Bench = { id: 'esp32-raft' };
const S3: Bench = { id: 'esp32s3-raft' };

/** A valid app of 1.5 MB around these bytes. */
function appOf(body: Uint8Array): Uint8Array {
  const head = buildAppImage({ project: 'bench', version: '1.0.0', seed: 1, size: 0x1000 }).subarray(0x20, 0x120);
  const data = body.slice();
  data.set(head);
  const iram = { load: 0x40080000, data: new Uint8Array(0x400).fill(0x5a) };
  const header = { chipId: 0, entry: 0x40080000, mode: 2, size: 2, frequency: 0, minRev: 0, maxRev: 399 } as const;
  return assembleImage(header, [{ load: 0x3f400020, data }, iram]);
}

/** Something that compresses like firmware, for `appOf`. */
function firmware(seed: number): Uint8Array {
  const body = new Uint8Array(1.5 * MIB - 0x1000);
  firmwareBytes(body, () => seed + 1);
  return body;
}

/** The same with another word in every `nth` unit. */
function touched(body: Uint8Array, nth: number): Uint8Array {
  const after = body.slice();
  for (let at = 0x800; at < after.length; at += nth * UNIT) after.set([1, 2, 3, 4], at);
  return after;
}

/** The same with 64 bytes more near its start, so that everything behind them is elsewhere. */
function shifted(body: Uint8Array, by: number): Uint8Array {
  const after = body.slice();
  after.set(body.subarray(0x400, body.length - by), 0x400 + by);
  return after;
}

/** What an otadata record needs at least: its unit holds other bytes afterwards, of which nearly all are blank. */
const RECORD_BYTES: Placed = { address: RECORD.address, data: buildOtadata({ seq: 2 }, null).subarray(0, UNIT) };

const placed = (address: number, data: Uint8Array): Placed => ({ address, data });

/** Writes an app to the spare slot, on a board that `prepare` has put something into. */
async function writeApp(image: Uint8Array, bench: Bench, must: Placed[] = [placed(APP1, image), RECORD_BYTES]) {
  const own = await connectOwn(bench);
  const survey = await drop(own, 'app.bin', image, partition(own, 'app1'));
  const { plan } = workOf(own.session, 'planned');
  const { keepMs, writeMs: ours, compareMs } = await flashPlan(own);
  const peer = await peerWriteMs(bench, [placed(APP1, image)]);
  const apart = { survey, [KEPT]: keepMs, [COMPARED]: compareMs };
  const notes = [`${plannedUnits(plan).length} erase units`];
  return { ours, peer, limit: writeMs(UART, must), apart, notes } satisfies Times;
}

const holding = (address: number, data: Uint8Array) => (flash: NorFlash) => flash.load(address, data);

/** The units of `after` that differ from `before`, joined where they are neighbours. */
function changedIn(address: number, before: Uint8Array, after: Uint8Array): Placed[] {
  const runs: { address: number; from: number; to: number }[] = [];
  for (let at = 0; at < after.length; at += UNIT) {
    if (Buffer.compare(before.subarray(at, at + UNIT), after.subarray(at, at + UNIT)) === 0) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.to === at) last.to = at + UNIT;
    else runs.push({ address: address + at, from: at, to: at + UNIT });
  }
  return runs.map((run) => placed(run.address, after.subarray(run.from, run.to)));
}

/** Updates the app in the spare slot from one build to another. */
async function update(from: Uint8Array, to: Uint8Array) {
  const [before, after] = [appOf(from), appOf(to)];
  const changed = changedIn(APP1, before, after);
  return writeApp(after, { ...ESP32, prepare: holding(APP1, before) }, [...changed, RECORD_BYTES]);
}

/** The whole flash of a board as a backup, against the peer's `readFlash`. `skips`: what is blank is digested, and not read. */
async function backup(bench: Bench, wire: Wire, size: number, skips: boolean): Promise<Times> {
  const own = await connectOwn(bench);
  const cells = own.made.flash.snapshot();
  const ours = await msOf(own, () => own.session.dispatch({ do: 'back-up', range: null }));
  const peer = await peerReadMs(bench, 0, size);
  const half = cells.subarray(0, skips ? size / 2 : size);
  const limit =
    readMs(wire, half) + (skips ? Math.min(digestMs(wire, size / 2), readMs(wire, cells.subarray(size / 2))) : 0);
  return { ours, peer, limit, notes: [`${(own.tap.read / MIB).toFixed(2)} MiB read`] };
}

/** Random bytes everywhere but where the board needs its own, and nothing in the upper half. */
const halfFull = (size: number) => (flash: NorFlash) => {
  const keep = flash.read(0, 0x20000).slice();
  const bytes = noise(size / 2, 5);
  flash.load(0, bytes);
  flash.load(0, keep);
  flash.load(size / 2, new Uint8Array(flash.size - size / 2).fill(0xff));
};
const full = (flash: NorFlash) => {
  const keep = flash.read(0, 0x20000).slice();
  flash.load(0, noise(flash.size, 6));
  flash.load(0, keep);
};
/** The S3 with 4 MB in use: what lies behind is not on the board that the row is about. */
const S3_4MB: Bench = { id: 'esp32c6-idf' };

const BLOB = 0x200000;
/** An S3 whose table has a partition of 4 MB for anything. */
const withBlob = (flash: NorFlash) => {
  const rows = RAFT_OTA_8MB_ROWS.slice(0, 3).map((row) => (row.label === 'app0' ? { ...row, size: 0x1e0000 } : row));
  const blob = { label: 'blob', type: 0x40, subtype: 0, offset: BLOB, size: 4 * MIB };
  flash.load(0x8000, new Uint8Array(UNIT).fill(0xff));
  flash.load(0x8000, buildPartitionTable([...rows, blob]));
  flash.load(BLOB, new Uint8Array(4 * MIB).fill(0xff));
};

/** Every row of this file. */
export const ESP_ROWS: readonly Row[] = [
  {
    id: 'connect',
    work: 'ESP32, connect until the first screen',
    peer: 'esptool-js main(), which reads nothing',
    clock: 'board',
    repetitions: 1,
    cost: 1,
    goal: { peer: 1.2 },
    short: true,
    run: async () => {
      const own = openOwn(ESP32);
      const shown = firstState(own, ({ kind }) => kind === 'connected').then((ms) => ({ ms, read: own.tap.read }));
      const all = await msOf(own, () => own.session.connect());
      const { ms, read } = await shown;
      const { connectMs } = await peerOn(ESP32);
      const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
      const notes = [`${kib(read)} read by then, ${kib(own.tap.read)} in all`];
      return { ours: ms, peer: connectMs, limit: null, apart: { contents: all - ms }, notes };
    },
  },
  {
    id: 'write-620k',
    work: 'ESP32, write a 620 KiB app over 921600 baud',
    peer: 'esptool-js writeFlash with its MD5',
    clock: 'board',
    repetitions: 1,
    cost: 4,
    goal: { limit: 1.08, peer: 1 },
    short: true,
    run: () => writeApp(raftDemo150(), ESP32),
  },
  {
    id: 'write-1500k',
    work: 'ESP32, write a 1.5 MB app over 921600 baud',
    peer: 'esptool-js writeFlash with its MD5',
    clock: 'board',
    repetitions: 3,
    cost: 5,
    goal: { limit: 1.08, peer: 1 },
    run: (seed) => writeApp(appOf(firmware(seed)), ESP32),
  },
  {
    id: 'write-s3-random',
    work: 'ESP32-S3 over its own USB, write 4 MB of random bytes',
    peer: 'esptool-js writeFlash with its MD5',
    clock: 'board',
    repetitions: 1,
    cost: 20,
    goal: { limit: 1.1, peer: 1 },
    run: async (seed) => {
      const bench = { ...S3, prepare: withBlob };
      const data = noise(4 * MIB, seed);
      const own = await connectOwn(bench);
      const survey = await drop(own, 'blob.bin', data, partition(own, 'blob'));
      const { writeMs: ours, compareMs } = await flashPlan(own);
      const peer = await peerWriteMs(bench, [placed(BLOB, data)]);
      const apart = { survey, [COMPARED]: compareMs };
      return { ours, peer, limit: writeMs(USB, [placed(BLOB, data)]), apart };
    },
  },
  {
    id: 'update-1-percent',
    work: 'update of 1.5 MB, 1 % of the units changed, survey included',
    peer: 'esptool-js writeFlash of all of it',
    clock: 'board',
    repetitions: 1,
    cost: 5,
    goal: { peer: 0.2 },
    short: true,
    run: async (seed) => {
      const times = await update(firmware(seed), touched(firmware(seed), 100));
      const limit = (times.limit ?? 0) + digestMs(UART, 1.5 * MIB);
      return { ...times, ours: times.ours + times.apart.survey + times.apart[KEPT], limit };
    },
  },
  {
    id: 'update-every-unit',
    work: 'update of 1.5 MB, every unit changed a little',
    peer: 'esptool-js writeFlash of all of it',
    clock: 'board',
    repetitions: 3,
    cost: 7,
    goal: { peer: 1 },
    run: (seed) => update(firmware(seed), touched(firmware(seed), 1)),
  },
  {
    id: 'update-shifted',
    work: 'update of 1.5 MB, code shifted by 64 bytes',
    peer: 'esptool-js writeFlash of all of it',
    clock: 'board',
    repetitions: 3,
    cost: 7,
    goal: { peer: 1 },
    run: (seed) => update(firmware(seed), shifted(firmware(seed), 64)),
  },
  {
    id: 'same-again',
    work: 'the same 620 KiB app again, from the drop to “nothing to do”',
    peer: 'esptool-js writeFlash with its MD5',
    clock: 'board',
    repetitions: 1,
    cost: 4,
    goal: { limit: 1.15, peer: 1 / 6 },
    short: true,
    run: async () => {
      const image = raftDemo150();
      const prepare = (flash: NorFlash) => {
        flash.load(APP1, image);
        flash.load(OTADATA, buildOtadata({ seq: 1 }, { seq: 2 }));
      };
      const bench = { ...ESP32, prepare };
      const own = await connectOwn(bench);
      const erases = own.made.flash.totalErases;
      const ours = await drop(own, 'app.bin', image, partition(own, 'app1'));
      const { plan } = workOf(own.session, 'planned');
      if (plan.stretches.length > 0 || own.made.flash.totalErases > erases) throw new Error('it plans to write');
      const peer = await peerWriteMs(bench, [placed(APP1, image)]);
      return { ours, peer, limit: digestMs(UART, image.length) };
    },
  },
  {
    id: 'backup-half',
    work: 'backup of 4 MB, upper half blank, ESP32 at 921600 baud',
    peer: 'esptool-js readFlash',
    clock: 'board',
    repetitions: 1,
    cost: 40,
    goal: { peer: 0.65 },
    run: () => backup({ ...ESP32, prepare: halfFull(4 * MIB) }, UART, 4 * MIB, true),
  },
  {
    id: 'backup-half-usb',
    work: 'backup of 4 MB, upper half blank, over the chip’s own USB',
    peer: 'esptool-js readFlash',
    clock: 'board',
    repetitions: 1,
    cost: 20,
    goal: { peer: 1 },
    run: () => backup({ ...S3_4MB, prepare: halfFull(4 * MIB) }, USB, 4 * MIB, true),
  },
  {
    id: 'backup-random',
    work: 'backup of 4 MB of random bytes, ESP32 at 921600 baud',
    peer: 'esptool-js readFlash',
    clock: 'board',
    repetitions: 1,
    cost: 25,
    goal: { limit: 1.05 },
    run: () => backup({ ...ESP32, prepare: full }, UART, 4 * MIB, false),
  },
  {
    id: 'backup-random-usb',
    work: 'backup of 4 MB of random bytes, over the chip’s own USB',
    peer: 'esptool-js readFlash',
    clock: 'board',
    repetitions: 1,
    cost: 12,
    goal: { limit: 1.05 },
    run: () => backup({ ...S3_4MB, prepare: full }, USB, 4 * MIB, false),
  },
  {
    id: 'keep-overwritten',
    work: 'backup of the 1.5 MB that a write replaces, before it',
    peer: null,
    clock: 'board',
    repetitions: 1,
    cost: 2,
    goal: { limit: 1.05 },
    run: async (seed) => {
      const before = noise(1.5 * MIB, seed);
      const own = await connectOwn({ ...ESP32, prepare: holding(APP1, before) });
      const survey = await drop(own, 'app.bin', appOf(firmware(seed)), partition(own, 'app1'));
      const { keepMs: ours } = await flashPlan(own);
      // The otadata record that is replaced is blank on this board.
      return { ours, peer: null, limit: readMs(UART, before), apart: { survey } };
    },
  },
];
