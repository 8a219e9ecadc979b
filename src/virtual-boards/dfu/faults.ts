/** What a test may break on a board, and what then happens on silicon. */

/** Faults that are waiting to happen; a board asks at the moment where each could. */
export class Faults {
  /** After the next erase or program the bootloader never gets out of dfuDNBUSY. */
  stuckBusy = false;
  private readonly erases = new Map<number, number>();
  private programs = 0;
  private requestsLeft = Infinity;
  private begun = 0;

  /** The next `times` erases of the sector that begins here fail, and leave it as it was. */
  failErase(address: number, times = 1): void {
    this.erases.set(address, times);
  }

  /** The next `times` program operations fail before they change anything. */
  failProgram(times = 1): void {
    this.programs = times;
  }

  /** The board hangs and leaves the bus at its k-th control transfer from now on, counted from 1. */
  vanishAt(k: number): void {
    this.requestsLeft = k;
  }

  /** Control transfers begun since the board was made, those of an operating system included. */
  get transfers(): number {
    return this.begun;
  }

  /** Whether this erase fails. */
  takeErase(address: number): boolean {
    const times = this.erases.get(address) ?? 0;
    this.erases.set(address, times - 1);
    return times > 0;
  }

  /** Whether this program operation fails. */
  takeProgram(): boolean {
    return this.programs-- > 0;
  }

  /** Counts a control transfer; true where the board hangs at it. */
  takeTransfer(): boolean {
    this.begun += 1;
    this.requestsLeft -= 1;
    return this.requestsLeft === 0;
  }
}
