/** An ESP32 board at the level of its wire: power, reset, straps, UART0, and whatever runs on the chip. */
import type { Clock } from '../clock.ts';
import type { NorFlash } from '../nor-flash.ts';
import { WireDirection, type ControlLines, type Rates, type UartBoard } from '../uart.ts';
import type { BootLoader } from './boot-outcome.ts';
import { Life } from './life.ts';
import type { LoaderExit } from './loader-io.ts';
import { Registers, macBytes, type Identity } from './registers.ts';
import { EN_RISE_MS, pinsDriven, type Pins } from './reset-circuit.ts';
import { DOWNLOAD_BANNER, RomLoader, SYNC_READY_MS } from './rom.ts';
import { SpiFlash } from './spi-flash.ts';
import { StubLoader } from './stub.ts';

/** Baud after every reset (esptool docs: "always initialises at 115200bps"). */
const RESET_BAUD = 115_200;
/** Milliseconds from MEM_END to the stub's greeting. */
const STUB_START_MS = 5;

/** What runs on the chip; `hung` is code of the host's that is no stub, or an application that never came up. */
export type Mode = 'off' | 'rom' | 'stub' | 'app' | 'hung';

/** What makes one board differ from another; the identity defaults to an ESP32-D0WD of revision 3. */
export interface Esp32Options {
  readonly clock: Clock;
  readonly flash: NorFlash;
  readonly boot: BootLoader;
  /** Six bytes in hex, colon separated. */
  readonly mac: string;
  /** JEDEC id with the first byte lowest; default 0x1640EF, a Winbond W25Q32 of 4 MiB. */
  readonly flashId?: number;
  /** Silicon revision 0 to 3; default 3. */
  readonly revision?: number;
  /** Package in eFuse; default 1, D0WD. */
  readonly package?: number;
}

/** A virtual ESP32 board; without power until it is attached. */
export class Esp32 implements UartBoard {
  readonly flash: NorFlash;
  private readonly clock: Clock;
  private readonly identity: Identity;
  private readonly boot: BootLoader;
  private readonly rates: Rates = { host: RESET_BAUD, board: RESET_BAUD };
  private readonly toBoard: WireDirection;
  private readonly toHost: WireDirection;
  private receiveAtHost: (bytes: Uint8Array) => void = () => {};
  private powered = false;
  private pins: Pins = { en: true, io0: true };
  private enRising: (() => void) | undefined;
  private life: Life | undefined;
  private currentMode: Mode = 'off';
  private resetCount = 0;
  private error: string | undefined;

  constructor(options: Esp32Options) {
    macBytes(options.mac);
    this.clock = options.clock;
    this.flash = options.flash;
    this.boot = options.boot;
    const { mac, flashId = 0x1640ef, revision = 3 } = options;
    this.identity = { mac, flashId, revision, package: options.package ?? 1 };
    this.toBoard = new WireDirection(this.clock, this.rates, 'host', (bytes) => this.life?.arrived(bytes));
    this.toHost = new WireDirection(this.clock, this.rates, 'board', (bytes) => this.receiveAtHost(bytes));
  }

  /** What runs now. */
  get mode(): Mode {
    return this.currentMode;
  }

  /** How often the chip has come out of reset, power-on included. */
  get resets(): number {
    return this.resetCount;
  }

  /** The last thing ROM or stub refused, in words; `undefined` if nothing since the board was made. */
  get lastError(): string | undefined {
    return this.error;
  }

  /** The board's own rate in baud. */
  get baud(): number {
    return this.rates.board;
  }

  attach(receive: (bytes: Uint8Array) => void): void {
    this.receiveAtHost = receive;
    if (this.powered) return;
    this.powered = true;
    if (this.pins.en) this.releaseEn();
  }

  detach(): void {
    this.powered = false;
    this.receiveAtHost = () => {};
    this.pins = { en: true, io0: true };
    this.toBoard.clear();
    this.hold();
  }

  send(bytes: Uint8Array): void {
    if (this.powered) this.toBoard.send(bytes);
  }

  setLines(lines: ControlLines): void {
    const before = this.pins;
    this.pins = pinsDriven(lines);
    if (!this.powered) return;
    if (before.en && !this.pins.en) this.hold();
    if (!before.en && this.pins.en) this.releaseEn();
  }

  setBaud(rate: number): void {
    this.rates.host = rate;
  }

  /** EN is low, or there is no power: whatever ran is gone, with its half-sent frame. */
  private hold(): void {
    this.enRising?.();
    this.enRising = undefined;
    this.life?.end();
    this.life = undefined;
    this.toHost.clear();
    this.rates.board = RESET_BAUD;
    this.currentMode = 'off';
  }

  private releaseEn(): void {
    this.enRising = this.clock.at(EN_RISE_MS, () => {
      this.enRising = undefined;
      this.reset();
    });
  }

  /** Out of reset: IO0 decides what runs (ESP32 datasheet, "Strapping Pins"). */
  private reset(): void {
    this.hold();
    this.resetCount += 1;
    const life = new Life(this.clock, this.toHost, {
      setBaud: (rate) => (this.rates.board = rate),
      failed: (reason) => (this.error = reason),
    });
    this.life = life;
    if (this.pins.io0) this.bootNormally(life);
    else this.startRom(life);
  }

  private bootNormally(life: Life): void {
    const outcome = this.boot(this.flash);
    this.currentMode = outcome.running ? 'app' : 'hung';
    for (const line of outcome.lines) life.after(line.afterMs, () => life.print(line.text));
  }

  private startRom(life: Life): void {
    this.currentMode = 'rom';
    life.print(DOWNLOAD_BANNER);
    life.after(SYNC_READY_MS, () => {
      let attached = false;
      const spi = new SpiFlash(this.flash, this.clock);
      const registers = new Registers(this.identity, () => ({ attached, baud: this.rates.board, flashBusy: spi.busy }));
      life.listen();
      const rom = new RomLoader(life, spi, registers, () => (attached = true));
      // The stub attaches the flash pins by itself when it starts (esp-flasher-stub, stub_lib_flash_init).
      const stub = (): StubLoader => {
        attached = true;
        return new StubLoader(life, spi, registers, this.identity.flashId);
      };
      void this.follow(life, rom.run(), stub);
    });
  }

  private async follow(life: Life, running: Promise<LoaderExit>, stub: () => StubLoader): Promise<void> {
    let exit = await running;
    while (exit.to === 'stub') {
      await life.sleep(STUB_START_MS);
      this.currentMode = 'stub';
      exit = await stub().run();
    }
    if (exit.to === 'boot') {
      await life.sent();
      this.reset();
    } else {
      this.currentMode = 'hung';
      life.deaf();
    }
  }
}
