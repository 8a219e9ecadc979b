/** The virtual boards that the page has opened: each has a worker of its own and its controls on the page. */
import type { BoardGroup, BoardOffer } from '../../components/board-chooser/board-chooser.ts';
import type { VirtualBench } from '../../components/virtual-bench/virtual-bench.ts';
import type { FromBoard, ToBoard } from '../browser/messages.ts';
import type { PlugEvents } from '../browser/ports.ts';
import { speedFrom } from '../virtual-boards/clock.ts';
import type { VirtualDfuBoard } from '../virtual-boards/dfu/virtual-dfu-boards.ts';
import { VIRTUAL_DFU_BOARDS } from '../virtual-boards/dfu/virtual-dfu-boards.ts';
import type { VirtualBoard as EspBoard } from '../virtual-boards/virtual-boards.ts';
import { VIRTUAL_BOARDS } from '../virtual-boards/virtual-boards.ts';
import boardWorker from './board-worker.ts?worker&url';
import type { Connect } from './connections.ts';
import { hasArrived, startWorker } from './policy.ts';
import { samplesFor } from './samples.ts';

/** The virtual boards in the first row of the start page: one of each kind. */
const FEATURED: ReadonlySet<string> = new Set(['esp32-raft', 'esp32s3-raft', 'photon', 'stm32f405']);

/** The virtual boards as the start page offers them. */
export const VIRTUAL_OFFERS: readonly BoardOffer[] = [
  ...VIRTUAL_BOARDS.map((board) => ({ ...board, group: groupOf(board), featured: FEATURED.has(board.id) })),
  ...VIRTUAL_DFU_BOARDS.map((board) => ({
    ...board,
    group: isReadProtected(board) ? ('protected' as const) : ('dfu' as const),
    featured: FEATURED.has(board.id),
  })),
];

/** What the page hears of its virtual boards. */
export interface BoardEvents {
  /** Whether the flash of a board differs from that of a new one. */
  onChanged(id: string, changed: boolean): void;
  /** A board's worker has failed: without a message if its script did not arrive. */
  onFailed(event: Event): void;
  /** A person asks for a board as it was made. */
  onReset(id: string): void;
}

/** A virtual board that was opened; its worker keeps what is written to it. */
interface OpenedBoard {
  readonly connect: Connect;
  readonly bench: VirtualBench;
  readonly worker: Worker;
}

/**
 * The opened boards by their ids. `search` is the page's query: its `speed` is how many times as fast as real ones they are.
 */
export class OpenedBoards {
  readonly #boards = new Map<string, OpenedBoard>();
  readonly #speed: number;

  constructor(
    search: string,
    private readonly events: BoardEvents,
  ) {
    this.#speed = speedFrom(new URLSearchParams(search).get('speed'));
  }

  /** A board, made if it was not opened before; its controls are those of `bench`. */
  open(id: string): { readonly connect: Connect; readonly bench: VirtualBench } {
    const board = this.#boards.get(id) ?? this.#make(id);
    this.#boards.set(id, board);
    return board;
  }

  /** Tells the controls of every board whether the page is connected, and whether it is writing. */
  show(attached: boolean, writing: boolean): void {
    for (const { bench } of this.#boards.values()) Object.assign(bench, { attached, writing });
  }

  /** Takes the controls of every board off the page. */
  hide(): void {
    for (const { bench } of this.#boards.values()) bench.remove();
  }

  /** Ends a board and forgets what was written to it: the next time it is opened it is as it was made. */
  async forget(id: string): Promise<void> {
    const board = this.#boards.get(id);
    board?.bench.remove();
    // Ended first: it would keep its flash again.
    board?.worker.terminate();
    this.#boards.delete(id);
    const { deleteFlash } = await import('./virtual-flash.ts');
    await deleteFlash(id);
    this.events.onChanged(id, false);
  }

  /** A virtual board is connected as a real one is, but its port is in a worker of its own. */
  #make(id: string): OpenedBoard {
    const worker = startWorker(boardWorker);
    const ask = (message: ToBoard, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
    worker.addEventListener('error', (event) => {
      if (!hasArrived(event)) this.#boards.delete(id);
      this.events.onFailed(event);
    });
    ask({ kind: 'make', id, speed: this.#speed });
    const bench = document.createElement('virtual-bench');
    bench.slot = 'bench';
    bench.speed = this.#speed;
    bench.samples = samplesFor(id);
    bench.addEventListener('virtual-bench-cable', (event) => ask({ kind: 'cable', plugged: event.detail.plugged }));
    bench.addEventListener('virtual-bench-look', () => ask({ kind: 'look' }));
    let released = (): void => undefined;
    bench.addEventListener('virtual-bench-reset', () => this.events.onReset(id));
    worker.addEventListener('message', ({ data }: MessageEvent<FromBoard>) => {
      if (data.kind === 'seen') bench.show(data);
      else if (data.kind === 'released') released();
      else {
        bench.changed = data.changed;
        this.events.onChanged(id, data.changed);
      }
    });
    const release = () =>
      new Promise<void>((resolve) => {
        released = resolve;
        ask({ kind: 'release' });
      });
    const open = () => {
      const { port1, port2 } = new MessageChannel();
      ask({ kind: 'serve', port: port1 }, [port1]);
      return Promise.resolve(port2);
    };
    const link = VIRTUAL_DFU_BOARDS.some((board) => board.id === id) ? 'usb' : 'serial';
    const howMany = () => Promise.resolve(bench.plugged ? 1 : 0);
    const plugs: PlugEvents = {
      addEventListener: (_, heard) => bench.addEventListener('virtual-bench-cable', heard),
      removeEventListener: (_, heard) => bench.removeEventListener('virtual-bench-cable', heard),
    };
    // Serving it waits for it.
    const comesBack = () => Promise.resolve();
    return {
      connect: { link, virtual: true, speed: this.#speed, howMany, plugs, open, comesBack, release },
      bench,
      worker,
    };
  }
}

function isReadProtected({ dfu }: VirtualDfuBoard): boolean {
  return dfu.kind === 'stm32f405' && dfu.readProtected === true;
}

/** The group of a virtual board in the chooser, by what it demonstrates. */
function groupOf({ protection, factory }: EspBoard): BoardGroup {
  if (protection !== 'none') return 'protected';
  const { damagedTable, otadataLost, headerMegabytes, chip } = factory;
  // Layouts are for 4 MB: under a larger header nothing is lost.
  const isCut = headerMegabytes !== undefined && headerMegabytes < 4;
  if (damagedTable === true || otadataLost === true || isCut) return 'unsound';
  return chip === undefined ? 'sound' : 'other-chip';
}
