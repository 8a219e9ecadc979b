/** Boards in DFU mode with arbitrary memories: several regions, gaps, all kinds of rights, random files. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testClock } from '../clock.ts';
import { DfuBoard } from '../../virtual-boards/dfu/board.ts';
import { ParticleDfu } from '../../virtual-boards/dfu/particle-dfu.ts';
import type { AlternateMemory } from '../../virtual-boards/dfu/particle-memory.ts';
import { SectorFlash } from '../../virtual-boards/dfu/sector-flash.ts';
import { deviceDescriptor, dfuConfiguration } from '../../virtual-boards/usb-descriptors.ts';
import { VirtualUsbPort } from '../../virtual-boards/usb-port.ts';
import { connectDfu } from '../../dfu/protocol/connect.ts';
import type { DfuDevice } from '../../dfu/protocol/device.ts';
import { makeCancel } from '../../flash/failure.ts';
import { makeImage } from '../../flash/image.ts';
import type { Image, Segment } from '../../flash/image.ts';
import { regionEnd } from '../../flash/map.ts';
import { planWrite, plannedUnits } from '../../flash/plan.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { runJob } from '../../session/job-execution/runner.ts';
import { takeSurvey } from '../../session/planning/survey.ts';
import { journalOf } from '../killable-store.ts';
import { cases } from '../cases.ts';
import { manualClock } from '../manual-clock.ts';
import { difference, noise } from '../bytes.ts';

/** One run of erase units in a memory: its distance from the previous one, and its rights, `g` for all of them. */
interface RunOfUnits {
  readonly gap: number;
  readonly count: number;
  readonly size: number;
  readonly rights: string;
}

/** A part of a random file: in the n-th region of the map, at a fraction of it. */
interface Part {
  readonly region: number;
  readonly at: number;
  readonly size: number;
}

const runs = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 0, 0x400, 0x10000),
    count: fc.integer({ min: 1, max: 4 }),
    size: fc.constantFrom(0x100, 0x400, 0x1000, 0x2000),
    rights: fc.constantFrom(...'gggggggg', 'a', 'e'),
  }),
  { minLength: 1, maxLength: 5 },
);
const worlds = fc.record({
  // Every memory begins at the same address: only the region tells them apart.
  memories: fc.array(runs, { minLength: 1, maxLength: 2 }),
  parts: fc.array(
    fc.record({ region: fc.nat(9), at: fc.double({ min: 0, max: 0.99, noNaN: true }), size: fc.nat(0x2800) }),
    { minLength: 1, maxLength: 4 },
  ),
  /** The control transfer of the work after which the cable is pulled. */
  pull: fc.nat(120),
});

const START = 0x08000000;

/** A memory of several flashes with gaps between them; what its map forbids fails on the device too. */
class GappedMemory {
  readonly pieces: readonly { readonly flash: SectorFlash; readonly rights: string }[];
  readonly name: string;

  constructor(shape: readonly RunOfUnits[], seed: number) {
    let [at, text] = [START, '@Memory '];
    this.pieces = shape.map(({ gap, count, size, rights }, i) => {
      if (i === 0 || gap > 0) text += `/0x${(at + gap).toString(16)}/`;
      else text += ',';
      at += gap;
      text += size % 1024 === 0 ? `${count}*0${size / 1024}K${rights}` : `0${count}*${size} ${rights}`;
      const flash = new SectorFlash(`memory ${seed}`, {
        start: at,
        runs: [{ count, size }],
        eraseTime: () => 20,
        programTime: () => 1,
        wordSize: 4,
      });
      flash.load(at, noise(count * size, seed + i));
      at += count * size;
      return { flash, rights };
    });
    this.name = text;
  }

  medium(): AlternateMemory {
    const at = (address: number) => this.pieces.find(({ flash }) => flash.has(address));
    const open = (address: number) => (at(address)?.rights === 'g' ? at(address)?.flash : undefined);
    return {
      name: this.name,
      erasePoll: 0,
      writePoll: 0,
      has: (address) => at(address) !== undefined,
      erase: async (address, life) => (await open(address)?.erase(address, life)) ?? false,
      write: async (address, bytes, life) => {
        // A transfer may continue from one piece into the next.
        for (let from = 0; from < bytes.length;) {
          const flash = open(address + from);
          if (flash === undefined) return false;
          const size = Math.min(bytes.length - from, flash.start + flash.size - address - from);
          if (!(await flash.program(address + from, bytes.subarray(from, from + size), life))) return false;
          from += size;
        }
        return true;
      },
      read: (address, size) =>
        Uint8Array.from({ length: size }, (_, i) => at(address + i)?.flash.read(address + i, 1)[0] ?? 0),
    };
  }

  snapshot(): Uint8Array[] {
    return this.pieces.map(({ flash }) => flash.snapshot());
  }
}

function openMemories(memories: readonly GappedMemory[]) {
  const clock = testClock();
  const media = memories.map((memory) => memory.medium());
  const [first, ...others] = memories.flatMap(({ pieces }) => pieces.map(({ flash }) => flash));
  if (first === undefined) throw new RangeError('a board without memory');
  const board = new DfuBoard(clock, {
    memories: [first, ...others],
    descriptors: {
      device: deviceDescriptor({ usbVersion: 0x0200, vendorId: 0x1234, productId: 0x5678, deviceVersion: 0x0100 }),
      configuration: dfuConfiguration({ names: media.map((_, n) => 4 + n), configurationName: 0, transferSize: 4096 }),
      strings: ['', 'Maker', 'Board', '1', ...media.map(({ name }) => name)],
    },
    bootloader: (life, exits, faults) => new ParticleDfu(media, life, exits, faults),
    boot: () => Promise.reject(new RangeError('this board is never started')),
  });
  const port = new VirtualUsbPort(board, clock);
  const connect = async (): Promise<DfuDevice> =>
    connectDfu(await port.whenConnected(), { cancel: makeCancel(), onSay: () => undefined, clock });
  return { board, port, connect };
}

/** The image of some parts; null if they overlap. A part may lie in a region that must not be written. */
function imageOf(regions: Awaited<ReturnType<DfuDevice['readMap']>>['regions'], parts: readonly Part[]): Image | null {
  const segments = parts.flatMap(({ region, at, size }, i): Segment[] => {
    const own = regions[region % regions.length];
    if (own === undefined) return [];
    const address = own.start + Math.floor(at * (regionEnd(own) - own.start));
    const data = noise(Math.min(size, regionEnd(own) - address), 90 + i);
    return data.length === 0 ? [] : [{ region: own.id, address, data }];
  });
  const result = makeImage(segments);
  return result.kind === 'image' ? result.image : null;
}

test('a random file on a random map: exactly its bytes change, or nothing does; a pulled cable loses none of the others', async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async ({ memories: shapes, parts, pull }) => {
      const memories = shapes.map((shape, n) => new GappedMemory(shape, 10 * n + 1));
      const { board, port, connect } = openMemories(memories);
      const before = memories.map((memory) => memory.snapshot());
      let target = await connect();
      const map = await target.readMap();
      // Each run of equal rights is a region of its own, and the map covers each memory completely.
      const reported = map.regions.reduce((sum, region) => sum + regionEnd(region) - region.start, 0);
      expect(reported).toBe(before.flat().reduce((sum, { length }) => sum + length, 0));
      const image = imageOf(map.regions, parts);
      fc.pre(image !== null && image.length > 0);
      if (image === null) return;

      const layout = { map, partitions: [], guards: [], ciphered: [] };
      const cancel = makeCancel();
      const survey = await takeSurvey({ target, layout, image, promised: [], md5: md5Hex, cancel });
      const input = { layout, image, promised: [], survey, md5: md5Hex, rank: () => 0 };
      const planning = planWrite(input);
      const allowed = image.every(({ region }) => {
        const access = map.regions.find(({ id }) => id === region)?.access;
        return access?.erase === true && access.write;
      });
      expect(planning.kind).toBe(allowed ? 'plan' : 'refused');
      if (planning.kind !== 'plan') return;

      const { plan } = planning;
      const journal = await journalOf(plan, input);
      const run = () =>
        runJob({
          plan,
          map,
          target,
          journal,
          clock: manualClock(),
          md5: md5Hex,
          cancel,
          onStep: () => undefined,
        });
      port.unplugAt(pull + 1);
      const first = await run();
      if (first.kind === 'broken') {
        port.plug();
        target = await connect();
      }
      expect(first.kind === 'broken' ? await run() : first).toEqual({ kind: 'verified' });

      // Computed from the shapes alone, without the map.
      const wanted = before.map((pieces) => pieces.map((piece) => piece.slice()));
      const names = target.dfu.settings.map(({ memory }) => (memory.kind === 'memory' ? memory.regions : []));
      for (const { region, address, data } of image) {
        const n = names.findIndex((regions) => regions.some(({ id }) => id === region));
        for (const [i, { flash }] of (memories[n]?.pieces ?? []).entries()) {
          for (const [at, byte] of data.entries()) {
            if (flash.has(address + at)) wanted[n]?.[i]?.set([byte], address + at - flash.start);
          }
        }
      }
      for (const [n, memory] of memories.entries()) {
        for (const [i, now] of memory.snapshot().entries()) {
          expect(difference(now, wanted[n]?.[i] ?? new Uint8Array()), `memory ${n}, piece ${i}`).toBeNull();
        }
      }
      expect(board.violations).toEqual([]);
      // Each unit is erased at most once without an interruption; a unit that already holds its bytes is never erased.
      const erases = memories.flatMap(({ pieces }) => pieces).reduce((sum, { flash }) => sum + flash.totalErases, 0);
      expect(first.kind === 'broken' || erases === plannedUnits(plan).length).toBe(true);
    }),
    { numRuns: cases(50) },
  );
});
