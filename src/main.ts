/** The composition root of the page: the only file that names the browser's devices or picks virtual boards. */
import '../components/sectorwise-app.ts';
import '../components/virtual-bench.ts';
import type { SectorwiseApp } from '../components/sectorwise-app.ts';
import type { VirtualBench } from '../components/virtual-bench.ts';
import { VIRTUAL_BOARDS } from './boards/virtual-boards.ts';
import type { FromBoard, FromDevice, ToBoard, ToDevice } from './session/messages.ts';
import { servePort } from './session/remote-port.ts';
import type { Intent } from './session/state.ts';

/** Gives the far end of a port that is (again) there; throws if it is not. */
type Connect = () => Promise<MessagePort>;

const found = document.querySelector('sectorwise-app');
if (found === null) throw new Error('index.html has no <sectorwise-app>');
const app: SectorwiseApp = found;
const device = new Worker(new URL('worker.ts', import.meta.url), { type: 'module' });
const speed = Number(new URLSearchParams(location.search).get('speed') ?? '1') || 1;
let connect: Connect | null = null;
let bench: VirtualBench | null = null;

app.boards = VIRTUAL_BOARDS;
app.serial = 'serial' in navigator ? 'ready' : isSecureContext ? 'no-web-serial' : 'insecure';

device.addEventListener('message', (event: MessageEvent<FromDevice>) => {
  app.state = event.data.state;
  const live = app.state.kind === 'together' || app.state.kind === 'connecting';
  bench?.toggleAttribute('hidden', !live && app.state.kind === 'apart' && app.state.failure === null);
});

app.addEventListener('sectorwise-connect', (event) => {
  bench?.remove();
  bench = null;
  connect = 'virtual' in event.detail ? virtualBoard(event.detail.virtual) : serialPort();
  void begin();
});

app.addEventListener('sectorwise-intent', (event) => {
  const intent: Intent = event.detail;
  if (intent.do === 'reconnect') void begin();
  else tell({ kind: 'intent', intent });
});

async function begin(): Promise<void> {
  try {
    const port = await connect?.();
    if (port !== undefined) tell({ kind: 'connect', port }, [port]);
  } catch (error) {
    // Closing the chooser is an answer, not an error.
    if (error instanceof DOMException && error.name === 'NotFoundError') return;
    app.state = { kind: 'apart', failure: { name: 'no-port', kind: 'lost', values: {}, ...portWords(error) } };
  }
}

/** A real port: asked for once, and found again among the granted ones after it was unplugged. */
function serialPort(): Connect {
  let port: SerialPort | null = null;
  return async () => {
    port ??= await navigator.serial.requestPort();
    const { usbVendorId, usbProductId } = port.getInfo();
    if (!port.connected) {
      // A board that was plugged in again is another SerialPort object.
      const granted = await navigator.serial.getPorts();
      const again = granted.find((p) => p.connected && p.getInfo().usbVendorId === usbVendorId && p.getInfo().usbProductId === usbProductId);
      if (again === undefined) throw new DOMException('The board is not plugged in.', 'NetworkError');
      port = again;
    }
    return serve(port);
  };
}

function serve(port: SerialPort): MessagePort {
  const { port1, port2 } = new MessageChannel();
  servePort(port, port1);
  return port2;
}

/** A virtual board: the same way, but the port is in a worker of its own. */
function virtualBoard(id: string): Connect {
  const worker = new Worker(new URL('board-worker.ts', import.meta.url), { type: 'module' });
  const ask = (message: ToBoard, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
  ask({ kind: 'make', id, speed });
  const own = document.createElement('virtual-bench');
  own.speed = speed;
  own.addEventListener('virtual-bench-cable', (event) => ask({ kind: 'cable', plugged: event.detail.plugged }));
  own.addEventListener('virtual-bench-look', () => ask({ kind: 'look' }));
  worker.addEventListener('message', (event: MessageEvent<FromBoard>) => own.show(event.data));
  own.slot = 'bench';
  app.append(own);
  bench = own;
  return () => {
    const { port1, port2 } = new MessageChannel();
    ask({ kind: 'serve', port: port1 }, [port1]);
    return Promise.resolve(port2);
  };
}

function tell(message: ToDevice, transfer: Transferable[] = []): void {
  device.postMessage(message, transfer);
}

function portWords(error: unknown): { says: string; next: string } {
  const says = error instanceof Error || error instanceof DOMException ? error.message : String(error);
  return { says: `The port could not be used: ${says}`, next: 'Plug the board in, then connect again.' };
}
