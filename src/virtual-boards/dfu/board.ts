/** A board with a DFU bootloader: power, button or boot pin, presence on the bus, and boot with what its LED and console would show. */
import type { Clock } from '../clock.ts';
import { UsbCore, type UsbFunction } from '../usb-core.ts';
import type { Descriptors, UsbBoard, UsbHostPort } from '../usb.ts';
import { Faults } from './faults.ts';
import { Life } from '../life.ts';
import type { SectorFlash, Violation } from './sector-flash.ts';

/** Where a boot ended. */
export type BootEnd =
  /** The application runs. */
  | 'application'
  /** The system runs without user code (Particle). */
  | 'safe mode'
  /** There is nothing to start, so the bootloader stays in DFU mode (Particle). */
  | 'DFU mode'
  /** The board keeps resetting. */
  | 'boot loop'
  /** The processor ran into something that is not a program. */
  | 'crashed'
  /** What such a board does is not known. */
  | 'unknown';

/** How a boot went; `at` is the start address of the program that ends up running, null if none does. */
export interface BootReport {
  readonly end: BootEnd;
  readonly at: number | null;
  /** What happened, in order, one line each, in plain English. */
  readonly words: readonly string[];
}

/** Time from a reset until D+ is pulled up, in ms. Not measured; ROMs poll their other interfaces first. */
const START_MS = 50;

/** The ways in which a bootloader leaves the bus. */
export interface Exits {
  /** Leaves the bus and jumps to the program at an address, without a reset. */
  jump(address: number): void;
  /** Leaves the bus and resets; `released` if the button that would bring the bootloader back is no longer held. */
  reset(released: boolean): void;
  /** Leaves the bus for a moment, without a reset. */
  reattach(): void;
}

/** The chip-specific part of a board. */
export interface Chip {
  readonly descriptors: Descriptors;
  /** Every memory, internal flash first. */
  readonly memories: readonly [SectorFlash, ...SectorFlash[]];
  /** Whether nothing starts the bootloader any more; absent where that cannot be. */
  readonly isShut?: boolean;
  /** Starts one run of the bootloader, which ends with `life`. */
  bootloader(life: Life, exits: Exits, faults: Faults): UsbFunction;
  /** Boots the program at `at`, or what the chip boots after a reset if null; may change flash. */
  boot(at: number | null, life: Life): Promise<BootReport>;
}

/** A virtual DFU board; unpowered until attached. */
export class DfuBoard implements UsbBoard {
  readonly faults = new Faults();
  /**
   * `dfu`: the button is held (or BOOT0 is high) at power-on, so the bootloader stays. The button is released once the
   * bootloader runs, so that the board boots its application afterwards; a boot pin keeps its level.
   */
  strap: 'dfu' | 'run' = 'dfu';
  private port: UsbHostPort | null = null;
  private life: Life | null = null;
  private onBus = false;
  private lastBoot: BootReport | null = null;
  private before: Uint8Array | null = null;
  private booting: ((report: BootReport) => void)[] = [];

  constructor(
    private readonly clock: Clock,
    readonly chip: Chip,
  ) {}

  /** The report of the last boot; null while the bootloader runs or the board is unpowered. */
  get boot(): BootReport | null {
    return this.lastBoot;
  }

  /** Resolves with the report of the next boot. */
  booted(): Promise<BootReport> {
    return new Promise((resolve) => this.booting.push(resolve));
  }

  /** A copy of the internal flash as it was just before the last boot; null before the first. */
  beforeStart(): Uint8Array | null {
    return this.before;
  }

  /** Every violation in every memory. */
  get violations(): readonly Violation[] {
    return this.chip.memories.flatMap((memory) => memory.violations);
  }

  attach(port: UsbHostPort): void {
    this.port = port;
    if (this.life === null) this.reset(this.strap === 'dfu');
  }

  detach(): void {
    this.end();
    this.port = null;
    this.lastBoot = null;
  }

  /** Resets the board with its button held or its boot pin high, so that the bootloader stays. */
  enterDfu(): void {
    if (this.port !== null) this.reset(true);
  }

  private reset(stay: boolean): void {
    this.end();
    const life = new Life(this.clock);
    this.life = life;
    this.lastBoot = null;
    life.after(START_MS, () => {
      if (stay && this.chip.isShut !== true) this.appear(life);
      else void this.start(life, null);
    });
  }

  private appear(life: Life): void {
    const own = this.chip.bootloader(
      life,
      {
        jump: (address) => {
          this.leaveBus();
          void this.start(life, address);
        },
        reset: (released) => this.reset(!released && this.strap === 'dfu'),
        reattach: () => {
          this.leaveBus();
          life.after(START_MS, () => this.join(life, own));
        },
      },
      this.faults,
    );
    this.join(life, own);
  }

  private join(life: Life, own: UsbFunction): void {
    const core = new UsbCore(this.chip.descriptors, own, {
      sleep: (ms) => life.sleep(ms),
      begin: () => {
        if (life.over) return false;
        if (!this.faults.takeTransfer()) return true;
        this.end();
        return false;
      },
    });
    this.onBus = true;
    this.port?.appeared(core);
  }

  private async start(life: Life, at: number | null): Promise<void> {
    this.before = this.chip.memories[0].snapshot();
    const report = await this.chip.boot(at, life);
    if (life.over) return;
    this.lastBoot = report;
    const waiting = this.booting;
    this.booting = [];
    for (const tell of waiting) tell(report);
    // A bootloader with nothing to start stays.
    if (report.end === 'DFU mode') this.appear(life);
  }

  /** Ends the current run; what it was doing to a memory stays half done. */
  private end(): void {
    for (const memory of this.chip.memories) memory.powerLost();
    this.life?.end();
    this.life = null;
    this.leaveBus();
  }

  private leaveBus(): void {
    if (!this.onBus) return;
    this.onBus = false;
    this.port?.vanished();
  }
}
