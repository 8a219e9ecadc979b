/** Virtual boards of the catalogues, on the bench. */
import { makeBoard, type MadeBoard } from '../../src/virtual-boards/catalogue.ts';
import { realClock } from '../../src/virtual-boards/clock.ts';
import { makeDfuBoard, type MadeDfuBoard } from '../../src/virtual-boards/dfu/catalogue.ts';
import type { UartBoard } from '../../src/virtual-boards/uart.ts';
import type { UsbBoard } from '../../src/virtual-boards/usb.ts';
import type { Bench } from './bench.ts';
import type { SerialInfo } from './devices.ts';
import { Moments } from './moments.ts';
import { addBoard } from './uart-device.ts';
import { BenchUsbBoard } from './usb-board.ts';

/** An ESP board behind a serial port. */
export interface PlacedEsp extends MadeBoard {
  readonly id: string;
  readonly moments: Moments;
  /** Pulls the cable; resolves once programs are told. */
  unplug(): Promise<void>;
  /** Plugs it in again: the board is powered up, and its node is the same. */
  plug(): void;
}

/** How an ESP board is plugged in; `node` and `serial` distinguish two boards of a kind. */
export interface EspPlace {
  readonly id?: string;
  readonly node?: string;
  readonly serial?: string;
  /** How many times faster than silicon; 5 if absent. */
  readonly speed?: number;
  /** Wraps the board. */
  as?(board: UartBoard): UartBoard;
}

/** Plugs in a board of the ESP catalogue, with its own USB ids. */
export function placeEsp(
  bench: Bench,
  kind: string,
  { id = 'esp', node, serial, speed = 5, as = (board) => board }: EspPlace = {},
): PlacedEsp {
  const made = makeBoard(kind, realClock(speed));
  const { vendorId, productId, product, serial: own } = made.usb;
  // Linux names a port by its driver: a chip's own USB is a CDC ACM device (cdc-acm.c), a bridge has a usb-serial driver.
  const name = node ?? (vendorId === 0x303a ? 'ttyACM0' : 'ttyUSB0');
  const info: SerialInfo = { node: name, vendorId, productId, product, serial: serial ?? own };
  const moments = new Moments();
  moments.watch(made.flash);
  const cabled = as(made.board);
  const plug = () => addBoard(bench, id, info, cabled);
  plug();
  return { ...made, id, moments, plug, unplug: () => bench.remove(id) };
}

/** A board in DFU mode on USB. */
export interface PlacedDfu extends MadeDfuBoard {
  readonly cable: BenchUsbBoard;
  readonly moments: Moments;
}

/** How a DFU board is plugged in; `as` wraps it. */
export interface DfuPlace {
  readonly id?: string;
  /** How many times faster than silicon; 20 if absent. */
  readonly speed?: number;
  as?(board: UsbBoard): UsbBoard;
}

/** Plugs in a board of the DFU catalogue; resolves once programs can see it. */
export async function placeDfu(
  bench: Bench,
  kind: string,
  { id = '1-1', speed = 20, as = (board) => board }: DfuPlace = {},
): Promise<PlacedDfu> {
  const made = makeDfuBoard(kind, realClock(speed));
  const moments = new Moments();
  moments.watch(made.flash);
  const cable = new BenchUsbBoard(bench, id, as(made.board));
  await cable.present();
  return { ...made, cable, moments };
}
