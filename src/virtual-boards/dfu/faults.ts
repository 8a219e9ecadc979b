/** Faults that a test can inject into a board. */

/** Pending faults; the board asks at each point where one could occur. */
export class Faults {
  /** From the next command or data block on, the bootloader never leaves dfuDNBUSY. */
  stuckBusy = false;
  private readonly erases = new Map<number, number>();
  private programs = 0;
  private requestsLeft = Infinity;
  private begun = 0;

  /** The next `times` erases of the sector that starts at `address` fail and leave it unchanged. */
  failErase(address: number, times = 1): void {
    this.erases.set(address, times);
  }

  /** The next `times` program operations fail before they change anything. */
  failProgram(times = 1): void {
    this.programs = times;
  }

  /** The board hangs and leaves the bus at its k-th control transfer from now, counted from 1. */
  vanishAt(k: number): void {
    this.requestsLeft = k;
  }

  /** Control transfers begun since the board was made, including those of the operating system. */
  get transfers(): number {
    return this.begun;
  }

  /** Whether this erase fails; uses up one failure. */
  takeErase(address: number): boolean {
    const times = this.erases.get(address) ?? 0;
    this.erases.set(address, times - 1);
    return times > 0;
  }

  /** Whether this program operation fails; uses up one failure. */
  takeProgram(): boolean {
    return this.programs-- > 0;
  }

  /** Counts a control transfer; true if the board hangs at it. */
  takeTransfer(): boolean {
    this.begun += 1;
    this.requestsLeft -= 1;
    return this.requestsLeft === 0;
  }
}
