/** Restarts a board after the work, depending on how it is connected. */
import type { Clock } from '../../flash/clock.ts';
import { sleep } from '../../flash/clock.ts';
import type { Chip, Watchdog } from '../../formats/chips/chip.ts';
import type { LoaderMode } from './device.ts';
import { ROM_RATE } from './enter-bootloader.ts';
import type { RegisterReader } from './registers.ts';
import { fieldReader } from './registers.ts';
import type { Connection } from './usb-ids.ts';

/** Register access over a loader. */
export interface Registers extends RegisterReader {
  writeReg(address: number, value: number, mask?: number): Promise<void>;
}

/** The parts of a link that a restart uses. */
export interface Restartable {
  readonly connection: Connection;
  readonly mode: LoaderMode;
  readonly chip: Chip;
  readonly clock: Clock;
  readonly loader: Registers;
  readonly transport: {
    connect(baud: number): Promise<void>;
    disconnect(): Promise<void>;
    readLoop(): Promise<void>;
    flushInput(): void;
    setSignals(dtr: boolean, rts: boolean): Promise<void>;
  };
}

/**
 * Starts the board. Over a bridge, RTS pulls EN low, and the boot log can be heard from its first byte. The chip's own USB
 * has no EN: USB-Serial/JTAG turns RTS into a reset of the cores. If the BOOT button was held to enter the loader, only a
 * watchdog reset gets out of it, because that samples the pin again (esptool targets/esp32s3.py, hard_reset).
 */
export async function restart(link: Restartable): Promise<void> {
  const { transport, connection } = link;
  if (connection === 'bridge') {
    // The boot log comes at 115200 baud, and esptool-js's own reset sends no pulse.
    await transport.disconnect();
    await transport.connect(ROM_RATE);
    void transport.readLoop();
    await pulse(link, 100, 0);
    return;
  }
  const bite = link.mode === 'secure-download' ? null : await watchdogFor(link);
  if (bite === null) await pulse(link, 200, 200);
  else await watchdogReset(link.loader, bite);
}

async function pulse({ transport, clock }: Restartable, lowMs: number, afterMs: number): Promise<void> {
  await transport.setSignals(false, true);
  await sleep(clock, lowMs);
  transport.flushInput();
  await transport.setSignals(false, false);
  await sleep(clock, afterMs);
}

async function watchdogFor({ loader, chip, connection }: Restartable): Promise<Watchdog | null> {
  const { watchdog, strap, forceDownload } = chip.restart;
  if (watchdog === null || !watchdog.restarts) return null;
  if (forceDownload !== null) {
    // Otherwise the chip would come back in its loader (espressif/arduino-esp32 issue 6762).
    await loader.writeReg(forceDownload.register, 0, 2 ** forceDownload.bit);
  }
  if (connection === 'otg') return watchdog;
  const held = strap !== null && (await fieldReader(loader)(strap)) === 0;
  return held ? watchdog : null;
}

/** Resets the whole chip by a watchdog (esptool targets/esp32c3.py, watchdog_reset). */
async function watchdogReset(loader: Registers, { protect, key, config, timeout }: Watchdog): Promise<void> {
  await loader.writeReg(protect, key);
  await loader.writeReg(config + 4, timeout);
  // Enabled; first stage: reset of the system including the RTC; pulse of the default length.
  await loader.writeReg(config, ((1 << 31) | (5 << 28) | (1 << 8) | 2) >>> 0);
  // The chip may reset before it can answer.
  await loader.writeReg(protect, 0).catch(() => undefined);
}

/**
 * Stops the watchdogs that keep running through a reset by USB-Serial/JTAG and would reset the board during the work
 * (esptool targets/esp32c3.py, disable_watchdogs).
 */
export async function disableWatchdogs(loader: Registers, chip: Chip): Promise<void> {
  const { watchdog, superWatchdog } = chip.restart;
  if (watchdog !== null) {
    await loader.writeReg(watchdog.protect, watchdog.key);
    await loader.writeReg(watchdog.config, 0);
    await loader.writeReg(watchdog.protect, 0);
  }
  if (superWatchdog !== null) {
    const { protect, key, config, autoFeed } = superWatchdog;
    await loader.writeReg(protect, key);
    await loader.writeReg(config, ((await loader.readReg(config)) | autoFeed) >>> 0);
    await loader.writeReg(protect, 0);
  }
}
