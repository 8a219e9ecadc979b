/** A board with a DFU bootloader: its power, its button or boot pin, its place on the bus, and what it boots. */
import type { Clock } from '../clock.ts';
import { UsbCore, type UsbFunction } from '../usb-core.ts';
import type { Descriptors, UsbBoard, UsbHostPort } from '../usb.ts';
import type { BootReport } from './boot-report.ts';
import { Faults } from './faults.ts';
import { Life } from './life.ts';
import type { SectorFlash, Violation } from './sector-flash.ts';

/** Milliseconds from a reset until D+ is pulled up. Not measured; ROMs look at their other interfaces first. */
const START_MS = 50;

/** What a bootloader may do to the board it runs on. */
export interface Exits {
  /** Leaves the bus and jumps to the program at an address, without a reset. */
  jump(address: number): void;
  /** Leaves the bus and resets; `released` where the button that would bring the bootloader back is no longer held. */
  reset(released: boolean): void;
  /** Leaves the bus for a moment, without a reset. */
  reattach(): void;
}

/** What makes one board differ from another. */
export interface Chip {
  readonly descriptors: Descriptors;
  /** Every memory that can be looked into, internal flash first. */
  readonly memories: readonly [SectorFlash, ...SectorFlash[]];
  /** A run of the bootloader; it ends with its life. */
  bootloader(life: Life, exits: Exits, faults: Faults): UsbFunction;
  /** Starts what the chip starts without its bootloader, or what is at this address; may change flash. */
  boot(at: number | null, life: Life): Promise<BootReport>;
}

/** A virtual DFU board; without power until it is attached. */
export class DfuBoard implements UsbBoard {
  readonly faults = new Faults();
  /**
   * `dfu` while a person holds the button (or BOOT0 is high) as the board gets power: its bootloader stays. They let go
   * once it runs, so that it boots what it was given when it leaves; a boot pin stays as it is.
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

  /** How the last boot went; null while the bootloader runs, or without power. */
  get boot(): BootReport | null {
    return this.lastBoot;
  }

  /** Resolves with the next boot. */
  booted(): Promise<BootReport> {
    return new Promise((resolve) => this.booting.push(resolve));
  }

  /** A copy of the internal flash as it was when the board last began to boot; null before that. */
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

  /** A person resets the board with its button held or its boot pin high: the bootloader stays. */
  enterDfu(): void {
    if (this.port !== null) this.reset(true);
  }

  private reset(stay: boolean): void {
    this.end();
    const life = new Life(this.clock);
    this.life = life;
    this.lastBoot = null;
    life.after(START_MS, () => {
      if (stay) this.appear(life);
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

  /** Whatever ran is gone, and what it was doing to a memory stays half done. */
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
