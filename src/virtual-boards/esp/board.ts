/** An ESP board as seen from its cable: power, reset, boot mode, port, and what runs on the chip. */
import type { Clock } from '../clock.ts';
import type { NorFlash } from '../nor-flash.ts';
import {
  uartPace,
  WireDirection,
  wireTime,
  type ControlLines,
  type Rates,
  type UartBoard,
  USB_PACE,
  usbTime,
} from '../uart.ts';
import type { BootLoader } from './boot-log.ts';
import { bannerLines } from './chips/chip.ts';
import type { Chip, ResetCause } from './chips/chip.ts';
import { ESP32 } from './chips/esp32.ts';
import { OPEN_FUSES, type Fuses, macBytes } from './fuses.ts';
import type { LoaderExit } from './loader-io.ts';
import { ChipRun } from './loader-io.ts';
import { Registers, type Silicon } from './registers.ts';
import { EN_RISE_MS, TransistorLines, UsbSerialJtagLines, type ResetLines } from './reset-lines.ts';
import { RomLoader, SYNC_READY_MS } from './rom.ts';
import { SpiFlash } from './spi-flash.ts';
import { StubLoader } from './stub.ts';

/** Baud after every reset (esptool docs: "always initialises at 115200bps"). */
const RESET_BAUD = 115_200;
/** Time from the MEM_END reply to the stub's greeting on an idle line, in ms. */
const STUB_START_MS = 5;
/** How long a board is off the bus during USB re-enumeration, in ms; hosts take about this long to enumerate. */
export const USB_GONE_MS = 150;
/**
 * Time from `app_main` until an application with its own USB stack has taken over the pins, in ms: that happens when it
 * starts the stack (ESP-IoT-Solution, "USB PHY default configuration"), and 20 ms after `app_main` one was still building
 * its descriptors (the log in ESP-IDF issue 15597).
 */
const USB_TAKEN_MS = 20;

/** What runs on the chip; `hung`: uploaded code that is not a known stub, or an application that did not come up. */
export type Mode = 'off' | 'rom' | 'stub' | 'app' | 'hung';

/** The board's end of the cable: a USB-UART bridge with two transistors, or the chip's USB Serial/JTAG controller. */
export type Link = 'bridge' | 'usb-serial-jtag';

/**
 * Optional board behaviours. `usb-drops-on-reset`: the application sets up the USB pins for itself, so the port leaves
 * the bus when the application starts, and again when a reset takes the pins back from it.
 */
export type BoardQuirk = 'usb-drops-on-reset';

/** What varies between boards; defaults are those of an ESP32-D0WD-V3 behind a bridge. */
export interface EspBoardOptions {
  readonly clock: Clock;
  readonly flash: NorFlash;
  readonly boot: BootLoader;
  /** Six bytes in hex, colon separated. */
  readonly mac: string;
  readonly chip?: Chip;
  /** JEDEC id with the first byte lowest; default 0x1640EF, a Winbond W25Q32 of 4 MiB. */
  readonly flashId?: number;
  readonly fuses?: Fuses;
  readonly link?: Link;
  readonly quirks?: readonly BoardQuirk[];
  /** Time until the stub greets, in ms; over 200 were seen with the real stub on a busy line. */
  readonly stubStartMs?: number;
}

/** A virtual board; unpowered until attached. */
export class EspBoard implements UartBoard {
  readonly flash: NorFlash;
  private readonly clock: Clock;
  private readonly silicon: Silicon;
  private readonly boot: BootLoader;
  private readonly usb: boolean;
  private readonly drops: boolean;
  private readonly stubStartMs: number;
  private readonly rates: Rates = { host: RESET_BAUD, board: RESET_BAUD };
  private readonly toBoard: WireDirection;
  private readonly toHost: WireDirection;
  private receiveAtHost: (bytes: Uint8Array) => void = () => {};
  private tellBus: (present: boolean) => void = () => {};
  private powered = false;
  private lines: ResetLines;
  private starting: (() => void) | undefined;
  /** Set while the board is off the bus; cancels its return. */
  private returning: (() => void) | undefined;
  /** Whether the application has set up the USB pins for itself. */
  private appHasUsb = false;
  private life: ChipRun | undefined;
  private currentMode: Mode = 'off';
  private resetCount = 0;
  private error: string | undefined;

  constructor(options: EspBoardOptions) {
    const { chip = ESP32, fuses = OPEN_FUSES, mac, flashId = 0x1640ef } = options;
    macBytes(mac);
    if (chip !== ESP32 && fuses.encryption !== null) throw new RangeError(`${chip.name}: encryption is not modelled`);
    if (chip.rom.banner.secureWaiting === null && fuses.secureDownload) {
      throw new RangeError(`${chip.name} has no Secure Download Mode`);
    }
    this.clock = options.clock;
    this.flash = options.flash;
    this.boot = options.boot;
    // In the eFuses of an ESP32-D0WD the package is 1.
    const identity = { mac, flashId, revision: chip.revision, package: chip === ESP32 ? 1 : 0 };
    this.silicon = { chip, fuses, identity };
    this.usb = options.link === 'usb-serial-jtag';
    this.drops = this.usb && (options.quirks ?? []).includes('usb-drops-on-reset');
    this.stubStartMs = options.stubStartMs ?? STUB_START_MS;
    this.lines = this.newLines();
    const { rates } = this;
    this.toBoard = new WireDirection(this.clock, this.usb ? USB_PACE : uartPace(rates, 'host'), (bytes) =>
      this.life?.arrived(bytes),
    );
    this.toHost = new WireDirection(this.clock, this.usb ? USB_PACE : uartPace(rates, 'board'), (bytes) => {
      if (this.returning === undefined) this.receiveAtHost(bytes);
    });
  }

  /** What runs now. */
  get mode(): Mode {
    return this.currentMode;
  }

  /** How often the chip has come out of reset, power-on included. */
  get resets(): number {
    return this.resetCount;
  }

  /** The last refusal by ROM or stub, in words; `undefined` if there was none since the board was made. */
  get lastError(): string | undefined {
    return this.error;
  }

  /** The board's own rate in baud; meaningless over USB. */
  get baud(): number {
    return this.rates.board;
  }

  attach(receive: (bytes: Uint8Array) => void, bus: (present: boolean) => void = () => {}): void {
    this.receiveAtHost = receive;
    this.tellBus = bus;
    if (this.powered) return;
    this.powered = true;
    if (!this.lines.held) this.start('power-on');
  }

  detach(): void {
    this.powered = false;
    this.receiveAtHost = () => {};
    this.tellBus = () => {};
    this.lines = this.newLines();
    this.returning?.();
    this.returning = undefined;
    this.appHasUsb = false;
    this.toBoard.clear();
    this.hold();
  }

  send(bytes: Uint8Array): void {
    if (this.powered && this.returning === undefined) this.toBoard.send(bytes);
  }

  setLines(lines: ControlLines): void {
    if (this.returning !== undefined) return;
    const effect = this.lines.set(lines);
    if (!this.powered || effect === 'none') return;
    if (effect === 'release') {
      this.start(this.usb ? 'usb' : 'power-on');
      return;
    }
    this.hold();
    if (this.appHasUsb) this.leaveBus();
  }

  setBaud(rate: number): void {
    this.rates.host = rate;
  }

  takes(bytes: number): number {
    return this.usb ? usbTime(bytes) : wireTime(bytes, this.rates.host);
  }

  private newLines(): ResetLines {
    return this.usb ? new UsbSerialJtagLines() : new TransistorLines();
  }

  /** In reset or unpowered: whatever ran is gone, with its half-sent frame. */
  private hold(): void {
    this.starting?.();
    this.starting = undefined;
    this.life?.end();
    this.life = undefined;
    this.toHost.clear();
    this.rates.board = RESET_BAUD;
    this.currentMode = 'off';
  }

  /** The USB pins change hands: the host sees the device leave and an identical one appear. */
  private leaveBus(): void {
    this.appHasUsb = this.life !== undefined;
    this.toBoard.clear();
    this.toHost.clear();
    this.returning = this.clock.at(USB_GONE_MS, () => {
      this.returning = undefined;
      this.tellBus(true);
    });
    this.tellBus(false);
    // A newly enumerated device has both lines released, which ends a reset that they were holding.
    if (this.lines.set({ dtr: false, rts: false }) === 'release') this.start('usb');
  }

  private start(cause: ResetCause): void {
    // The USB controller resets the core at once; power and EN have to rise.
    this.starting = this.clock.at(cause === 'usb' ? 0 : EN_RISE_MS, () => {
      this.starting = undefined;
      this.reset(cause, cause === 'usb' || !this.usb ? this.lines.download : false);
    });
  }

  /** Comes out of reset: the boot pin or the controller's flag decides what runs (datasheets, "Strapping Pins"). */
  private reset(cause: ResetCause, download: boolean): void {
    this.hold();
    this.resetCount += 1;
    const life = new ChipRun(this.clock, this.toHost, {
      setBaud: (rate) => (this.rates.board = rate),
      failed: (reason) => (this.error = reason),
    });
    this.life = life;
    if (download) this.startRom(life, cause);
    else this.bootNormally(life, cause);
  }

  private bootNormally(life: ChipRun, cause: ResetCause): void {
    const outcome = this.boot(this.flash, cause);
    this.currentMode = outcome.running ? 'app' : 'hung';
    for (const line of outcome.lines) life.after(line.afterMs, () => life.print(line.text));
    const { atStart } = outcome;
    if (outcome.running && atStart !== undefined) life.after(outcome.appAfterMs ?? 0, () => atStart(this.flash));
    if (outcome.running && this.drops) life.after((outcome.appAfterMs ?? 0) + USB_TAKEN_MS, () => this.leaveBus());
  }

  private startRom(life: ChipRun, cause: ResetCause): void {
    const { chip, fuses } = this.silicon;
    const { banner } = chip.rom;
    this.currentMode = 'rom';
    const waiting = (fuses.secureDownload ? banner.secureWaiting : null) ?? banner.waiting;
    life.print([...bannerLines(banner, cause, 'download'), waiting, ''].join('\r\n'));
    life.after(SYNC_READY_MS, () => {
      let attached = false;
      const spi = new SpiFlash(this.flash, this.clock);
      const registers = new Registers(this.silicon, () => {
        return { attached, baud: this.rates.board, flashBusy: spi.busy, usb: this.usb };
      });
      life.listen();
      const rom = new RomLoader(life, spi, this.silicon, registers, () => (attached = true));
      // The stub attaches the flash pins by itself when it starts (esp-flasher-stub, stub_lib_flash_init).
      const stub = (): StubLoader => {
        attached = true;
        return new StubLoader(life, spi, this.silicon, registers);
      };
      void this.follow(life, rom.run(), stub);
    });
  }

  private async follow(life: ChipRun, running: Promise<LoaderExit>, stub: () => StubLoader): Promise<void> {
    let exit = await running;
    while (exit.to === 'stub') {
      await life.sleep(this.stubStartMs);
      this.currentMode = 'stub';
      exit = await stub().run();
    }
    if (exit.to === 'boot') {
      await life.sent();
      this.reset('power-on', !this.usb && this.lines.download);
    } else {
      this.currentMode = 'hung';
      life.deaf();
    }
  }
}
