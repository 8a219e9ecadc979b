/** Faults of control transfers, as data. */
import { Draw } from './random.ts';
import type { FaultScript } from './script.ts';

/** When a fault happens, and to which transfer. */
interface Moment {
  /**
   * Counted from 1 over everything that one script covers. A fault that cannot happen to this transfer (one in the data
   * of a transfer without data) waits for the next to which it can.
   */
  readonly at: number;
  /** Counts and affects only transfers with this `bRequest`; all if absent. */
  readonly request?: number;
}

/** Faults of control transfers. Times in milliseconds of the clock. */
export type UsbFault = Moment &
  (
    | /** The device stalls, and has not carried out the request. */ { readonly kind: 'stall' }
    | /** The transfer begins `ms` later. */ { readonly kind: 'delay'; readonly ms: number }
      /** No answer ever comes; `obeyed` if the device carried out the request all the same. */
    | { readonly kind: 'silence'; readonly obeyed: boolean }
    /** Chromium's "A transfer error has occurred." while the device stays. */
    | { readonly kind: 'fail'; readonly obeyed: boolean }
    | /** The device gets the transfer twice; its second answer counts. */ { readonly kind: 'repeat' }
    | /** IN: the answer is that of the previous IN transfer. */ { readonly kind: 'stale' }
      /** One byte of the data has these bits flipped, in either direction; `byte` is taken modulo the length. */
    | { readonly kind: 'corrupt'; readonly byte: number; readonly bits: number }
    | /** OUT with data: acknowledged, but never reaches the device. */ { readonly kind: 'lose' }
    | /** IN: the last `missing` bytes are cut off. */ { readonly kind: 'short'; readonly missing: number }
    | /** IN: the device sends more than was asked for. */ { readonly kind: 'babble' }
      /** The device leaves `afterMs` after the transfer began, and comes back `backMs` later, or not by itself (null). */
    | { readonly kind: 'vanish'; readonly afterMs: number; readonly backMs: number | null }
  );

/** Whether a fault can happen to an IN or OUT transfer with `data` bytes of data. */
export function canHappen({ kind }: UsbFault, way: 'in' | 'out', data: number): boolean {
  if (kind === 'stale' || kind === 'short' || kind === 'babble') return way === 'in';
  if (kind === 'lose') return way === 'out' && data > 0;
  return kind !== 'corrupt' || data > 0;
}

/** Draws `count` faults for a job of about `transfers` control transfers. */
export function drawUsbFaults(
  seed: number,
  { transfers, count = 1 }: { readonly transfers: number; readonly count?: number },
): FaultScript<UsbFault> {
  const draw = new Draw(seed, 2);
  return { seed, faults: Array.from({ length: count }, () => drawUsbFault(draw, draw.between(1, transfers))) };
}

function drawUsbFault(draw: Draw, at: number): UsbFault {
  const ms = draw.pick([draw.between(1, 100), draw.between(100, 2000), draw.between(2000, 20_000)]);
  const obeyed = draw.pick([true, false]);
  return draw.pick<UsbFault>([
    { kind: 'stall', at },
    { kind: 'delay', at, ms },
    { kind: 'silence', at, obeyed },
    { kind: 'fail', at, obeyed },
    { kind: 'repeat', at },
    { kind: 'stale', at },
    { kind: 'corrupt', at, byte: draw.below(4096), bits: draw.bits() },
    { kind: 'lose', at },
    { kind: 'short', at, missing: draw.pick([1, draw.between(1, 64), draw.between(1, 4096)]) },
    { kind: 'babble', at },
    {
      kind: 'vanish',
      at,
      afterMs: draw.pick([0, draw.between(1, 1000)]),
      backMs: draw.pick([ms, null]),
    },
  ]);
}
