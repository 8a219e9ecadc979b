/** Faults of a flash that happen at a program command. */
import { FlashFaults } from '../../virtual-boards/faults/flash-faults.ts';
import { faultScript } from '../../virtual-boards/faults/script.ts';

/** Does something once `count` erase units of 4 KiB have been programmed, the last at least in part: no state has to show that. */
export class OnProgram extends FlashFaults {
  readonly #units = new Set<number>();
  constructor(
    private readonly count: number,
    private readonly then: () => void,
  ) {
    super(faultScript());
  }

  override program(address: number, cells: Uint8Array, bytes: Uint8Array): void {
    super.program(address, cells, bytes);
    const before = this.#units.size;
    this.#units.add(address >> 12);
    if (before < this.count && this.#units.size === this.count) queueMicrotask(this.then);
  }
}
