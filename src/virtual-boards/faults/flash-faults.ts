/** Flash faults as data, and the hooks that `NorFlash` and `SectorFlash` call for them. */
import { Draw } from './random.ts';
import type { FaultScript } from './script.ts';

/** Faults of a flash chip, which reports success each time. */
export type FlashFault =
  /** These bits of the byte at this address never become 0. */
  | { readonly kind: 'never-0'; readonly at: number; readonly bits: number }
  /** These bits of the byte at this address stay 0 once they are 0: no erase sets them to 1. */
  | { readonly kind: 'never-1'; readonly at: number; readonly bits: number }
  /** The n-th erase of a sector or block, counted from 1, does nothing. */
  | { readonly kind: 'erase-does-nothing'; readonly at: number }
  /** The n-th program operation, counted from 1, does nothing. */
  | { readonly kind: 'program-does-nothing'; readonly at: number }
  /** The n-th digest computed by an ESP loader, counted from 1, has a wrong bit. */
  | { readonly kind: 'digest-lies'; readonly at: number };

/**
 * The faults of a flash chip. Rules are still checked against what the cells would hold without faults, so that violations
 * are reported as usual. A write that is wrong only because of a fault is recorded in `spoiled` and behaves as on silicon:
 * bits that are 0 stay 0.
 */
export class FlashFaults {
  /** Addresses of bytes that were programmed legally into cells that a fault had kept from being erased. */
  readonly spoiled: number[] = [];
  private readonly stuck = new Map<number, { never0: number; never1: number }>();
  /** What cells would hold, where a fault made them hold something else. */
  private readonly due = new Map<number, number>();
  private readonly counts = { erase: 0, program: 0, digest: 0 };
  private readonly script: FaultScript<FlashFault>;

  constructor(script: FaultScript<FlashFault>) {
    this.script = script;
    for (const fault of script.faults) {
      if (fault.kind !== 'never-0' && fault.kind !== 'never-1') continue;
      const { never0, never1 } = this.stuck.get(fault.at) ?? { never0: 0, never1: 0 };
      const both = fault.kind === 'never-0' ? [never0 | fault.bits, never1] : [never0, never1 | fault.bits];
      this.stuck.set(fault.at, { never0: both[0] ?? 0, never1: both[1] ?? 0 });
    }
  }

  /** Erases, program operations and digests so far: what `at` counts in the faults of a script. */
  get done(): { readonly erase: number; readonly program: number; readonly digest: number } {
    return { ...this.counts };
  }

  /** What the cell at an address would hold without faults; `held` is what it holds. */
  believed(address: number, held: number): number {
    return this.due.get(address) ?? held;
  }

  /** Erases `cells`, which start at `address`, as far as the faults allow. */
  erase(address: number, cells: Uint8Array): void {
    const nothing = this.isNext('erase');
    const before = new Map<number, number>();
    for (const [at, { never1 }] of this.stuck) {
      if (at >= address && at < address + cells.length) before.set(at, (cells[at - address] ?? 0) | ~never1);
    }
    if (nothing) {
      for (const [i, held] of cells.entries()) this.note(address + i, held, 0xff);
      return;
    }
    cells.fill(0xff);
    this.forget(address, cells.length);
    for (const [at, left] of before) {
      cells[at - address] = left;
      this.note(at, left & 0xff, 0xff);
    }
  }

  /** Programs `cells`, which start at `address`, as far as the faults allow; the caller has checked the rules. */
  program(address: number, cells: Uint8Array, bytes: Uint8Array): void {
    const nothing = this.isNext('program');
    for (const [i, byte] of bytes.entries()) {
      const at = address + i;
      const held = cells[i] ?? 0xff;
      // Bits that are 1 in `bytes` leave the cell unchanged.
      const believed = this.believed(at, held);
      const wanted = believed & byte;
      if (believed === 0xff && held !== 0xff && held !== byte) this.spoiled.push(at);
      if (!nothing) cells[i] = (held & byte) | (held & (this.stuck.get(at)?.never0 ?? 0));
      this.note(at, cells[i] ?? 0xff, wanted);
    }
  }

  /** Cells of this range were changed by other means: their content counts as it is. */
  forget(address: number, size: number): void {
    for (const at of this.due.keys()) if (at >= address && at < address + size) this.due.delete(at);
  }

  /** The digest as the loader reports it. */
  digest(own: Uint8Array): Uint8Array {
    if (!this.isNext('digest')) return own;
    return own.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
  }

  private isNext(what: 'erase' | 'program' | 'digest'): boolean {
    const count = ++this.counts[what];
    const kind = what === 'digest' ? 'digest-lies' : (`${what}-does-nothing` as const);
    return this.script.faults.some((fault) => fault.kind === kind && fault.at === count);
  }

  private note(at: number, held: number, wanted: number): void {
    if (held === wanted) this.due.delete(at);
    else this.due.set(at, wanted);
  }
}

/** Draws faults for a job with about these numbers of operations on addresses `first` to `last`, both included. */
export function drawFlashFaults(
  seed: number,
  job: {
    readonly first: number;
    readonly last: number;
    readonly erases: number;
    readonly programs: number;
    /** 0 for a chip whose loader has no digest command. */
    readonly digests: number;
    readonly count?: number;
  },
): FaultScript<FlashFault> {
  const draw = new Draw(seed, 3);
  const one = (): FlashFault => {
    const at = draw.between(job.first, job.last);
    const many: readonly [FlashFault, ...FlashFault[]] = [
      { kind: 'never-0', at, bits: draw.bits() },
      { kind: 'never-1', at, bits: draw.bits() },
      { kind: 'erase-does-nothing', at: draw.between(1, Math.max(1, job.erases)) },
      { kind: 'program-does-nothing', at: draw.between(1, Math.max(1, job.programs)) },
    ];
    if (job.digests === 0) return draw.pick(many);
    return draw.pick<FlashFault>([...many, { kind: 'digest-lies', at: draw.between(1, job.digests) }]);
  };
  return { seed, faults: Array.from({ length: job.count ?? 1 }, one) };
}
