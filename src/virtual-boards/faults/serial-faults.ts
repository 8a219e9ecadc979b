/** Faults of a serial line as data, and what they do to the bytes. */
import { Draw } from './random.ts';
import type { FaultScript } from './script.ts';

/** The two directions of a line, as the host sees them. */
export type Direction = 'in' | 'out';

/**
 * Faults of a serial line. `at` is the first byte concerned, counted from 0 per direction over the port's whole life, in
 * the bytes as sent, before any fault. Times in milliseconds of the clock.
 */
export type SerialFault =
  /** This many bytes do not arrive. */
  | { readonly kind: 'lose'; readonly direction: Direction; readonly at: number; readonly bytes: number }
  /** This many bytes arrive twice, like a packet that was sent again. */
  | { readonly kind: 'double'; readonly direction: Direction; readonly at: number; readonly bytes: number }
  /** The byte arrives with these bits flipped. */
  | { readonly kind: 'corrupt'; readonly direction: Direction; readonly at: number; readonly bits: number }
  /** The byte and everything after it arrive `ms` later. */
  | { readonly kind: 'delay'; readonly direction: Direction; readonly at: number; readonly ms: number }
  /** The byte starts a new chunk. */
  | { readonly kind: 'split'; readonly direction: Direction; readonly at: number }
  /** From this byte on nothing arrives for `ms`, or ever again (null). Bytes sent meanwhile are lost with their faults. */
  | { readonly kind: 'stall'; readonly direction: Direction; readonly at: number; readonly ms: number | null }
  /** The port disconnects before the byte arrives, and comes back after `backMs`, or not by itself (null). */
  | { readonly kind: 'vanish'; readonly direction: Direction; readonly at: number; readonly backMs: number | null };

/** What a faulty line does next. */
export type LineStep =
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly waitMs: number }
  | { readonly vanish: { readonly backMs: number | null } };

/** One direction of a faulty line: counts bytes and applies the faults. */
export class FaultyLine {
  private faults: Extract<SerialFault, { direction: Direction }>[];
  private count = 0;
  /** Bytes still to be lost. */
  private losing = 0;
  /** Bytes that have passed and are repeated once all of them have. */
  private doubling: { left: number; seen: number[] } | null = null;
  private deafUntil = -Infinity;

  constructor(script: FaultScript<SerialFault>, direction: Direction) {
    this.faults = script.faults.filter((fault) => fault.direction === direction).toSorted((a, b) => a.at - b.at);
  }

  /** Bytes sent so far. */
  get sent(): number {
    return this.count;
  }

  /** Drops all faults, including those in progress. */
  clear(): void {
    this.faults = [];
    this.losing = 0;
    this.doubling = null;
    this.deafUntil = -Infinity;
  }

  /** What becomes of bytes sent at time `now`; a chunk without faults stays in one piece. */
  take(chunk: Uint8Array, now: number): LineStep[] {
    const end = this.count + chunk.length;
    const [next] = this.faults;
    const quiet = this.losing === 0 && this.doubling === null && now >= this.deafUntil;
    if (quiet && (next === undefined || next.at >= end)) {
      this.count = end;
      return chunk.length === 0 ? [] : [{ bytes: new Uint8Array(chunk) }];
    }
    const steps: LineStep[] = [];
    let piece: number[] = [];
    const flush = (): void => {
      if (piece.length > 0) steps.push({ bytes: Uint8Array.from(piece) });
      piece = [];
    };
    for (const sent of chunk) {
      const deaf = now < this.deafUntil;
      let byte = sent;
      for (const fault of this.due()) {
        if (deaf || now < this.deafUntil) continue;
        if (fault.kind === 'corrupt') byte ^= fault.bits;
        else if (fault.kind === 'lose') this.losing = Math.max(this.losing, fault.bytes);
        else if (fault.kind === 'double') this.doubling = { left: fault.bytes, seen: [] };
        else {
          flush();
          if (fault.kind === 'delay') steps.push({ waitMs: fault.ms });
          else if (fault.kind === 'stall') this.deafUntil = fault.ms === null ? Infinity : now + fault.ms;
          else if (fault.kind === 'vanish') {
            steps.push({ vanish: { backMs: fault.backMs } });
            // The rest of this chunk is lost with the port.
            this.count = end;
            this.forget();
            return steps;
          }
        }
      }
      this.count++;
      if (now < this.deafUntil) continue;
      if (this.losing > 0) {
        this.losing--;
        continue;
      }
      piece.push(byte, ...this.again(byte));
    }
    flush();
    return steps;
  }

  /** Takes the faults of the next byte out of the script. */
  private due(): SerialFault[] {
    let many = 0;
    for (const { at } of this.faults) {
      if (at > this.count) break;
      many++;
    }
    return many === 0 ? [] : this.faults.splice(0, many);
  }

  private again(byte: number): readonly number[] {
    if (this.doubling === null) return [];
    this.doubling.seen.push(byte);
    if (this.doubling.seen.length < this.doubling.left) return [];
    const { seen } = this.doubling;
    this.doubling = null;
    return seen;
  }

  /** The port has gone: drops faults in progress, and those of bytes that were lost with the port. */
  private forget(): void {
    this.losing = 0;
    this.doubling = null;
    this.faults = this.faults.filter(({ at }) => at >= this.count);
  }
}

/** Draws `count` faults for a line that carries about `bytes` bytes in each direction. */
export function drawSerialFaults(
  seed: number,
  { bytes, count = 1 }: { readonly bytes: Readonly<Record<Direction, number>>; readonly count?: number },
): FaultScript<SerialFault> {
  const draw = new Draw(seed, 1);
  return { seed, faults: Array.from({ length: count }, () => drawSerialFault(draw, bytes)) };
}

function drawSerialFault(draw: Draw, bytes: Readonly<Record<Direction, number>>): SerialFault {
  const direction = draw.pick<Direction>(['in', 'out']);
  const at = draw.below(Math.max(1, bytes[direction]));
  const many = draw.pick([1, draw.between(1, 64), draw.between(1, 1024)]);
  const ms = draw.pick([draw.between(1, 50), draw.between(50, 1000), draw.between(1000, 8000)]);
  return draw.pick<SerialFault>([
    { kind: 'lose', direction: direction, at, bytes: many },
    { kind: 'double', direction: direction, at, bytes: many },
    { kind: 'corrupt', direction: direction, at, bits: draw.bits() },
    { kind: 'delay', direction: direction, at, ms },
    { kind: 'split', direction: direction, at },
    { kind: 'stall', direction: direction, at, ms: draw.pick([ms, ms, null]) },
    { kind: 'vanish', direction: direction, at, backMs: draw.pick([ms, null]) },
  ]);
}
