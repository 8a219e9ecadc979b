/**
 * Seeded runs with faults in the wire, the flash or the store. Each ends verified, or in a named failure after which a freshly
 * opened page brings the whole flash to the intended content.
 */
import type { Clock } from '../../virtual-boards/clock.ts';
import { drawFlashFaults } from '../../virtual-boards/faults/flash-faults.ts';
import { Draw } from '../../virtual-boards/faults/random.ts';
import type { FaultScript } from '../../virtual-boards/faults/script.ts';
import { describeFaults, faultScript } from '../../virtual-boards/faults/script.ts';
import { drawSerialFaults } from '../../virtual-boards/faults/serial-faults.ts';
import { drawUsbFaults } from '../../virtual-boards/faults/usb-faults.ts';
import type { Bench, FaultRun } from '../fault-runs.ts';
import { dfuBench, espBench, runWithFaults, soundly } from '../fault-runs.ts';
import { runPlain } from './plain-runs.ts';

/** Where the faults of a run are, and on what kind of board. */
export type LayerName = 'serial' | 'esp-flash' | 'usb' | 'dfu-flash' | 'store';

/** Each layer's share of all runs: runs over a wire take a hundred times as long. */
export const LAYERS: readonly { readonly layer: LayerName; readonly share: number }[] = [
  { layer: 'serial', share: 0.04 },
  { layer: 'esp-flash', share: 0.04 },
  { layer: 'usb', share: 0.08 },
  { layer: 'dfu-flash', share: 0.04 },
  { layer: 'store', share: 0.8 },
];

/** The results of runs. */
export interface RunTally {
  runs: number;
  verified: number;
  named: number;
  hung: number;
  /** Reported as verified but was not, or could not be brought to the intended content. */
  false: number;
  readonly says: string[];
}

/** A tally without runs. */
export function emptyRuns(): RunTally {
  return { runs: 0, verified: 0, named: 0, hung: 0, false: 0, says: [] };
}

/** Runs `count` runs with consecutive seeds starting at `from`. */
export async function runLayer(layer: LayerName, from: number, count: number, clock: Clock): Promise<RunTally> {
  const tally = emptyRuns();
  for (let seed = from; seed < from + count; seed++) {
    const { ended, wrong, faults } = await one(layer, seed, clock);
    tally.runs++;
    if (ended.startsWith('hangs')) tally.hung++;
    else if (wrong.length > 0) tally.false++;
    else if (ended === 'verified' || ended === 'nothing-to-do') tally.verified++;
    else tally.named++;
    for (const says of wrong)
      tally.says.push(`${faults}: ${ended}; ${says}; again: npm run faults -- --layer ${layer} --run ${seed}`);
  }
  return tally;
}

type Sound = Awaited<ReturnType<typeof soundly>>;
const known = new Map<string, Promise<Sound>>();

/** What a run without faults leaves and counts: computed once. */
function sound(of: string, bench: () => Bench): Promise<Sound> {
  const made = known.get(of) ?? soundly(bench());
  known.set(of, made);
  return made;
}

async function one(layer: LayerName, seed: number, clock: Clock): Promise<FaultRun & { readonly faults: string }> {
  const several = 1 + (seed % 3);
  const run = async (script: FaultScript, bench: Bench, { wanted }: Sound) => ({
    ...(await runWithFaults(bench, wanted)),
    faults: describeFaults(script),
  });
  switch (layer) {
    case 'serial': {
      const esp = await sound('esp', () => espBench(clock, { flash: faultScript() }));
      const bytes = { in: esp.counts['in'] ?? 0, out: esp.counts['out'] ?? 0 };
      const serial = drawSerialFaults(seed, { bytes, count: several });
      return run(serial, espBench(clock, { serial, speed: seed % 2 === 0 ? 0 : 921600, cable: seed % 4 < 2 }), esp);
    }
    case 'esp-flash': {
      const esp = await sound('esp', () => espBench(clock, { flash: faultScript() }));
      const { erase = 1, program = 1, digest = 1 } = esp.counts;
      const job = { erases: erase, programs: program, digests: digest, count: several };
      const flash = drawFlashFaults(seed, { first: 0x1d0000, last: 0x1e8fff, ...job });
      return run(flash, espBench(clock, { flash }), esp);
    }
    case 'usb': {
      const id = seed % 2 === 0 ? 'photon' : 'stm32f405';
      const dfu = await sound(id, () => dfuBench(id, { flash: faultScript() }));
      const usb = drawUsbFaults(seed, { transfers: dfu.counts['transfers'] ?? 1, count: several });
      return run(usb, dfuBench(id, { usb }), dfu);
    }
    case 'dfu-flash': {
      const id = seed % 2 === 0 ? 'photon' : 'stm32f405';
      const dfu = await sound(id, () => dfuBench(id, { flash: faultScript() }));
      const { erase = 1, program = 1 } = dfu.counts;
      const first = id === 'photon' ? 0x080a0000 : 0x080e0000;
      const job = { erases: erase, programs: program, digests: 0, count: several };
      const flash = drawFlashFaults(seed, { first, last: first + 0xffff, ...job });
      return run(flash, dfuBench(id, { flash }), dfu);
    }
    case 'store':
      return runPlain(new Draw(seed, 4), clock);
  }
}
