/** The composition root of a virtual board's worker: the board has a thread of its own, as a real one has. */
import type { MadeBoard } from './boards/catalogue.ts';
import { makeBoard } from './boards/catalogue.ts';
import { realClock } from './boards/clock.ts';
import { VirtualSerialPort } from './boards/serial-port.ts';
import type { FromBoard, ToBoard } from './session/messages.ts';
import { portAgain } from './session/ports.ts';
import { COMES_BACK_MS, servePort } from './session/remote-port.ts';

type Made = MadeBoard & { readonly port: VirtualSerialPort };

let made: Made | null = null;

addEventListener('message', (event: MessageEvent<ToBoard>) => {
  const { data } = event;
  if (data.kind === 'make') {
    const clock = realClock(data.speed);
    const own = makeBoard(data.id, clock);
    const { vendorId: usbVendorId, productId: usbProductId } = own.usb;
    made = { ...own, port: new VirtualSerialPort(own.board, { clock, usbVendorId, usbProductId }) };
    return;
  }
  if (made === null) return;
  switch (data.kind) {
    case 'serve': {
      const { port } = made;
      servePort(port, data.port, () => portAgain(port, COMES_BACK_MS));
      break;
    }
    case 'cable':
      if (data.plugged) made.port.plug();
      else made.port.unplug();
      break;
    case 'look': {
      const seen: FromBoard = {
        kind: 'seen',
        flash: made.flash.snapshot(),
        beforeStart: made.beforeStart(),
        erases: made.flash.totalErases,
        violations: made.flash.violations.length,
      };
      postMessage(seen);
    }
  }
});
