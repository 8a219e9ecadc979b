/** Records every moment of a job at which the board and the tab could lose power together. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { Draw } from '../../virtual-boards/faults/random.ts';
import { FlashFaults } from '../../virtual-boards/faults/flash-faults.ts';
import { faultScript } from '../../virtual-boards/faults/script.ts';
import type { MemoryStore } from '../../storage/memory-store.ts';
import type { Store } from '../../storage/store.ts';
import type { Cells, Pieces } from './cells.ts';
import { withBytes } from './cells.ts';

/** What is left of an interrupted job: the cells, and what the store had confirmed (or has just done, unconfirmed). */
export interface Moment {
  readonly index: number;
  /** What the board or the store was doing, in words. */
  readonly says: string;
  /** What changed: the cells (`erase`, `program`) or the store. */
  readonly of: 'erase' | 'program' | 'store';
  readonly pieces: Pieces;
  readonly store: MemoryStore;
}

/**
 * How long a store takes to make something durable, in ms of the board's time, so that code that does not wait for it fails.
 */
const DURABLE_MS = 3;

/** Records moments. A moment consists of the cells and the store only. */
export class Recorder {
  readonly moments: Moment[] = [];
  #pieces: Pieces = new Map();
  #fork: MemoryStore | null = null;
  #on = false;
  #start: Cells = [];

  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
  ) {}

  /** Starts recording, with the current moment as the first; `start` is what the cells hold. */
  begin(start: Cells): void {
    this.#start = start;
    this.#on = true;
    this.#note('store', 'before anything was done');
  }

  /** Stops recording changes of the cells: the board is about to be started. */
  endCells(): void {
    this.#on = false;
  }

  /** The hook for one memory of the board; its cells change as in a flash without faults. */
  hook(memory: number, start: number): FlashFaults {
    return new Hook((of, says, address, bytes) => {
      if (!this.#on) return;
      this.#pieces = withBytes(this.#start, this.#pieces, memory, address - start, bytes);
      this.#note(of, `${says} at 0x${address.toString(16)}`);
    });
  }

  /** The store as the tab sees it: a change takes time, and has happened before the tab learns of it. */
  seen(): Store {
    const { store } = this;
    const changing = <A extends unknown[], R>(name: string, change: (...given: A) => Promise<R>) => {
      return async (...given: A): Promise<R> => {
        await new Promise<void>((resolve) => this.clock.at(DURABLE_MS, resolve));
        const result = await change(...given);
        this.#fork = null;
        if (this.#start.length > 0) this.#note('store', `${name} done`);
        return result;
      };
    };
    return {
      ...store,
      putContents: changing('putContents', store.putContents),
      openJob: changing('openJob', store.openJob),
      endJob: changing('endJob', store.endJob),
      append: (job, from, facts, contents) =>
        changing(`append of ${facts.map(({ fact }) => fact).join()}`, store.append)(job, from, facts, contents),
      putBackup: changing('putBackup', store.putBackup),
      remove: changing('remove', store.remove),
    };
  }

  #note(of: Moment['of'], says: string): void {
    this.#fork ??= this.store.fork();
    this.moments.push({ index: this.moments.length, says, of, pieces: this.#pieces, store: this.#fork });
  }
}

type Tell = (of: 'erase' | 'program', says: string, address: number, bytes: Uint8Array) => void;

/** Sees every operation of a working flash: reports what it would leave if it were cut, then what it left. */
class Hook extends FlashFaults {
  #count = 0;

  constructor(private readonly tell: Tell) {
    super(faultScript());
  }

  override erase(address: number, cells: Uint8Array): void {
    this.tell('erase', 'erase cut', address, halfErased(cells, ++this.#count));
    cells.fill(0xff);
    this.tell('erase', 'erased', address, cells);
  }

  override program(address: number, cells: Uint8Array, bytes: Uint8Array): void {
    const half = Math.floor(bytes.length / 2);
    const cut = cells.slice();
    cut.set(bytes.subarray(0, half));
    // The byte being programmed has some of its bits.
    cut[half] = (cut[half] ?? 0xff) & ((bytes[half] ?? 0xff) | 0x5a);
    this.tell('program', 'program cut', address, cut);
    cells.set(bytes);
    this.tell('program', 'programmed', address, bytes);
  }
}

/** What an interrupted erase may leave: noise, a partly blank unit, or old bytes with some bits erased. */
function halfErased(cells: Uint8Array, count: number): Uint8Array {
  const draw = new Draw(count, cells.length);
  const left = cells.slice();
  if (count % 3 === 0) return left.map(() => draw.below(256));
  if (count % 3 === 1) return left.fill(0xff, 0, left.length >> 1);
  return left.map((byte) => byte | (draw.below(256) & draw.below(256)));
}
