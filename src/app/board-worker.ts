/** The composition root of a virtual board's worker: the board runs on a thread of its own, as independent as real hardware. */
import { makeBoard } from '../virtual-boards/catalogue.ts';
import type { Clock } from '../virtual-boards/clock.ts';
import { realClock } from '../virtual-boards/clock.ts';
import { makeDfuBoard } from '../virtual-boards/dfu/catalogue.ts';
import { VIRTUAL_DFU_BOARDS } from '../virtual-boards/dfu/virtual-dfu-boards.ts';
import { VirtualSerialPort } from '../virtual-boards/serial-port.ts';
import { VirtualUsbPort } from '../virtual-boards/usb-port.ts';
import { browserClock } from '../browser/clock.ts';
import type { FromBoard, Seen, ToBoard } from '../browser/messages.ts';
import { portAgain } from '../browser/ports.ts';
import { COMES_BACK_MS, servePort } from '../browser/remote-port.ts';
import { serveUsb } from '../browser/serve-usb.ts';

/** A virtual board, on either kind of link. */
interface OnTable {
  readonly cable: { plug(): void; unplug(): void };
  serve(channel: MessagePort): void;
  release(): Promise<void>;
  look(): Omit<Seen, 'kind'>;
}

let board: OnTable | null = null;

addEventListener('message', (event: MessageEvent<ToBoard>) => {
  const { data } = event;
  switch (data.kind) {
    case 'make': {
      const isDfu = VIRTUAL_DFU_BOARDS.some(({ id }) => id === data.id);
      board = (isDfu ? usbBoard : serialBoard)(data.id, realClock(data.speed));
      break;
    }
    case 'serve':
      board?.serve(data.port);
      break;
    case 'release': {
      const released: FromBoard = { kind: 'released' };
      void Promise.resolve(board?.release()).then(() => postMessage(released));
      break;
    }
    case 'cable':
      if (data.plugged) board?.cable.plug();
      else board?.cable.unplug();
      break;
    case 'look': {
      if (board === null) break;
      const seen: FromBoard = { kind: 'seen', ...board.look() };
      postMessage(seen);
    }
  }
});

function serialBoard(id: string, clock: Clock): OnTable {
  const made = makeBoard(id, clock);
  const { vendorId: usbVendorId, productId: usbProductId } = made.usb;
  const port = new VirtualSerialPort(made.board, { clock, usbVendorId, usbProductId });
  const again = () => portAgain(port, browserClock, COMES_BACK_MS);
  let release = (): Promise<void> => Promise.resolve();
  return {
    cable: port,
    serve: (channel) => {
      release = servePort(port, channel, browserClock, again);
    },
    release: () => release(),
    look: () => ({
      flash: made.flash.snapshot(),
      beforeStart: made.beforeStart(),
      erases: made.flash.totalErases,
      violations: made.flash.violations.length,
    }),
  };
}

function usbBoard(id: string, clock: Clock): OnTable {
  const made = makeDfuBoard(id, clock);
  const port = new VirtualUsbPort(made.board, clock);
  let forget = (): void => undefined;
  let release = (): Promise<void> => Promise.resolve();
  const serve = async (channel: MessagePort) => {
    // Nobody can press a virtual button, so connecting counts as holding it during a reset.
    if (port.device === null) made.board.enterDfu();
    const device = await port.whenConnected();
    const served = serveUsb(device, channel);
    release = () => served.release();
    const gone = () => served.lost();
    forget();
    forget = () => port.removeEventListener('disconnect', gone);
    port.addEventListener('disconnect', gone, { once: true });
  };
  return {
    cable: port,
    serve: (channel) => void serve(channel),
    release: () => release(),
    look: () => ({
      flash: made.flash.snapshot(),
      beforeStart: made.beforeStart(),
      erases: made.memories.reduce((sum, memory) => sum + memory.totalErases, 0),
      violations: made.violations().length,
    }),
  };
}
