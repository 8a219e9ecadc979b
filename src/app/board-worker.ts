/** The composition root of a virtual board's worker: the board runs on a thread of its own, as independent as real hardware. */
import type { BoardMemory } from './persist-board.ts';
import { digestOf, persistBoard } from './persist-board.ts';
import { makeBoard } from '../virtual-boards/catalogue.ts';
import type { Clock } from '../virtual-boards/clock.ts';
import { realClock } from '../virtual-boards/clock.ts';
import { makeDfuBoard } from '../virtual-boards/dfu/catalogue.ts';
import { VIRTUAL_DFU_BOARDS } from '../virtual-boards/dfu/virtual-dfu-boards.ts';
import { VirtualSerialPort } from '../virtual-boards/serial-port.ts';
import { VirtualUsbPort } from '../virtual-boards/usb-port.ts';
import { browserClock } from '../browser/clock.ts';
import type { FromBoard, VirtualBoardState, ToBoard } from '../browser/messages.ts';
import { portAgain } from '../browser/ports.ts';
import { COMES_BACK_MS, servePort } from '../browser/remote-port.ts';
import { serveUsb } from '../browser/serve-usb.ts';

/** A virtual board, on either kind of link. */
interface OnTable {
  readonly cable: { plug(): void; unplug(): void };
  serve(channel: MessagePort): void;
  release(): Promise<void>;
  look(): Omit<VirtualBoardState, 'kind'>;
}

/** The board, once its flash is as this browser keeps it. What is asked of it before waits. */
let table: Promise<OnTable> | null = null;

addEventListener('message', ({ data }: MessageEvent<ToBoard>) => {
  if (data.kind === 'make') table = make(data.id, data.speed);
  else void table?.then((board) => hear(data, board));
});

function make(id: string, speed: number): Promise<OnTable> {
  const isDfu = VIRTUAL_DFU_BOARDS.some((each) => each.id === id);
  return (isDfu ? usbBoard : serialBoard)(id, realClock(speed));
}

/** Gives a board that has no power yet the flash that this browser keeps of it. */
function keep(id: string, memories: readonly BoardMemory[], mark: () => string | Promise<string>): Promise<void> {
  return persistBoard(id, memories, mark, (changed) => say({ kind: 'kept', changed }));
}

function hear(data: Exclude<ToBoard, { kind: 'make' }>, board: OnTable): void {
  switch (data.kind) {
    case 'serve':
      board.serve(data.port);
      break;
    case 'release':
      void board.release().then(() => say({ kind: 'released' }));
      break;
    case 'cable':
      if (data.plugged) board.cable.plug();
      else board.cable.unplug();
      break;
    case 'look':
      say({ kind: 'seen', ...board.look() });
  }
}

function say(message: FromBoard): void {
  postMessage(message);
}

async function serialBoard(id: string, clock: Clock): Promise<OnTable> {
  const made = makeBoard(id, clock);
  const { flash } = made;
  const memory: BoardMemory = {
    size: flash.size,
    load: (bytes) => flash.load(0, bytes),
    snapshot: () => flash.snapshot(),
  };
  await keep(id, [memory], () => `${flash.totalErases} ${flash.programmedBytes}`);
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

async function usbBoard(id: string, clock: Clock): Promise<OnTable> {
  const made = makeDfuBoard(id, clock);
  const memories = made.memories.map((memory): BoardMemory => ({
    size: memory.size,
    load: (bytes) => memory.load(memory.start, bytes),
    snapshot: () => memory.snapshot(),
  }));
  // These memories count erases but not what is programmed; they are small.
  await keep(id, memories, () => digestOf(memories.map((memory) => memory.snapshot())));
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
