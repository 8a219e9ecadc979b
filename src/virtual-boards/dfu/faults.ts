/** Faults that a test can inject into a board. */

/** Pending faults; the board asks at each point where one could occur. */
export class Faults {
  /** From the next command or data block on, the bootloader never leaves dfuDNBUSY. */
  stuckBusy = false;
  private readonly erases = new Set<number>();
  private program = false;
  private requestsLeft = Infinity;
  private begun = 0;

  /** The next erase of the sector that starts at `address` fails and leaves it unchanged. */
  failErase(address: number): void {
    this.erases.add(address);
  }

  /** The next program operation fails before it changes anything. */
  failProgram(): void {
    this.program = true;
  }

  /** The board hangs and leaves the bus at its k-th control transfer from now, counted from 1. */
  vanishAt(k: number): void {
    this.requestsLeft = k;
  }

  /** Control transfers begun since the board was made, including those of the operating system. */
  get transfers(): number {
    return this.begun;
  }

  /** Whether this erase fails; the next one does not. */
  takeErase(address: number): boolean {
    return this.erases.delete(address);
  }

  /** Whether this program operation fails; the next one does not. */
  takeProgram(): boolean {
    const fails = this.program;
    this.program = false;
    return fails;
  }

  /** Counts a control transfer; true if the board hangs at it. */
  takeTransfer(): boolean {
    this.begun += 1;
    this.requestsLeft -= 1;
    return this.requestsLeft === 0;
  }
}
