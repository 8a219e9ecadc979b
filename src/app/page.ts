/** The composition root of the page: the only file that names the browser's devices or picks virtual boards. */
import '../../components/sectorwise-app/sectorwise-app.ts';
import '../../components/virtual-bench/virtual-bench.ts';
import { save } from '../../components/shared/save.ts';
import type { BoardGroup } from '../../components/board-chooser/board-chooser.ts';
import type { SectorwiseApp } from '../../components/sectorwise-app/sectorwise-app.ts';
import type { VirtualBench } from '../../components/virtual-bench/virtual-bench.ts';
import type { VirtualBoard as OfferedBoard } from '../virtual-boards/virtual-boards.ts';
import { VIRTUAL_DFU_BOARDS } from '../virtual-boards/dfu/virtual-dfu-boards.ts';
import { VIRTUAL_BOARDS } from '../virtual-boards/virtual-boards.ts';
import { factsOf } from '../flash/failure.ts';
import type { FromBoard, FromDevice, LinkKind, ToBoard, ToDevice } from '../browser/messages.ts';
import { makeStateDecoder } from '../browser/state-codec.ts';
import { alike, isOwnUsb, portFailure, waitForDfuMode, waitForPort } from '../browser/ports.ts';
import { COMES_BACK_MS, servePort } from '../browser/remote-port.ts';
import { browserClock } from '../browser/clock.ts';
import { serveUsb } from '../browser/serve-usb.ts';
import type { LibraryView } from '../backups/library-view.ts';
import type { PageIntent } from '../session/state.ts';

/**
 * A way to connect to a board; `open` returns the far end of a served port or device, and rejects if the board is not there.
 */
interface Connect {
  readonly link: LinkKind;
  readonly virtual: boolean;
  readonly open: () => Promise<MessagePort>;
}

/** A virtual board, which keeps its flash for as long as the page is open. */
interface VirtualBoard {
  readonly connect: Connect;
  readonly bench: VirtualBench;
}

const found = document.querySelector('sectorwise-app');
if (found === null) throw new Error('index.html has no <sectorwise-app>');
const app: SectorwiseApp = found;
let device: Worker | null = null;
const speed = Number(new URLSearchParams(location.search).get('speed') ?? '1') || 1;
const virtualBoards = new Map<string, VirtualBoard>();
let connect: Connect | null = null;

app.boards = [
  ...VIRTUAL_BOARDS.map((board) => ({ ...board, group: groupOf(board) })),
  ...VIRTUAL_DFU_BOARDS.map((board) => ({ ...board, group: 'dfu' as const })),
];
app.usb = 'usb' in navigator;
app.serial = 'serial' in navigator ? 'ready' : isSecureContext ? 'no-web-serial' : 'insecure';

app.addEventListener('sectorwise-connect', (event) => {
  for (const board of virtualBoards.values()) board.bench.remove();
  app.speed = '';
  if ('virtual' in event.detail) {
    const { virtual } = event.detail;
    const board = virtualBoards.get(virtual) ?? makeVirtualBoard(virtual);
    virtualBoards.set(virtual, board);
    app.append(board.bench);
    app.speed = speed === 1 ? 'Virtual board' : `Virtual board, ${speed} times real speed`;
    connect = board.connect;
  } else connect = event.detail.port === 'serial' ? serialPort() : usbDevice();
  void begin(false);
});

app.addEventListener('sectorwise-intent', (event) => {
  const intent: PageIntent = event.detail;
  if (intent.do === 'reconnect') void begin(true);
  else tell({ kind: 'intent', intent });
});

app.addEventListener('sectorwise-library', (event) => tell({ kind: 'library', intent: event.detail }));

// Leaving the page in the middle of a write leaves the board half written.
addEventListener('beforeunload', (event) => {
  if (app.state.kind === 'connected' && ['flashing', 'starting'].includes(app.state.work.kind)) event.preventDefault();
});
// The browser would open a file dropped beside the drop area, replacing this page.
for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());

/** A `localStorage` flag that the library is not empty: without it the device worker need not be loaded to show the library. */
const KEPT = 'sectorwise-kept';
try {
  if (localStorage.getItem(KEPT) !== null) device = startDevice();
} catch {
  // A browser that denies storage has no library to show.
}

function showLibrary(view: LibraryView): void {
  app.library = view;
  try {
    if (view.items.length + view.foreign.length > 0) localStorage.setItem(KEPT, '1');
    else localStorage.removeItem(KEPT);
  } catch {
    // Without the flag, the library is shown once a board is connected.
  }
}

async function begin(again: boolean): Promise<void> {
  try {
    const way = connect;
    if (way === null) return;
    const port = await way.open();
    // Without this, a browser short of space may delete stored backups. It may refuse; nothing depends on the answer.
    void navigator.storage.persist().catch(() => false);
    tell({ kind: 'connect', link: way.link, port, again, virtual: way.virtual }, [port]);
  } catch (error) {
    // Closing the chooser is not an error.
    if (error instanceof DOMException && error.name === 'NotFoundError') return;
    const reason = error instanceof Error || error instanceof DOMException ? error.message : String(error);
    app.state = { kind: 'disconnected', failure: portFailure('no-port', { values: { reason } }).facts };
  }
}

/** A real port: requested once, and found again among the granted ones after it was unplugged. */
function serialPort(): Connect {
  const { serial } = navigator;
  let port: SerialPort | null = null;
  const open = async () => {
    port ??= await serial.requestPort();
    if (!port.connected) {
      // A board that was plugged in again has a new SerialPort object.
      const found = alike(await serial.getPorts(), port.getInfo());
      const [again] = found;
      if (again === undefined && !isOwnUsb(port.getInfo()))
        throw new DOMException('The board is not plugged in.', 'NetworkError');
      // Two adapters of one kind are indistinguishable, and a chip may now be a device without permission: then the user has to
      // choose.
      port = again !== undefined && found.length === 1 ? again : await serial.requestPort();
    }
    const info = port.getInfo();
    const others = (await serial.getPorts()).filter((each) => each !== port && each.connected);
    const { port1, port2 } = new MessageChannel();
    servePort(port, port1, browserClock, async () => {
      const granted = () => serial.getPorts();
      const again = await waitForPort(info, others, serial, granted, browserClock, COMES_BACK_MS);
      port = again ?? port;
      return again;
    });
    return port2;
  };
  return { link: 'serial', virtual: false, open };
}

/** Stops listening for the disconnect of the USB device that was served last: each connection serves it anew. */
let forgetUsb = (): void => undefined;

/** Filters for boards in DFU mode or able to enter it, by the interface class of DFU 1.1 (table 4.1). */
const DFU_INTERFACE: USBDeviceFilter = { classCode: 0xfe, subclassCode: 0x01 };

/** A real device in DFU mode: requested once, and found again among the granted ones after it re-enumerates. */
function usbDevice(): Connect {
  const { usb } = navigator;
  let device: USBDevice | null = null;
  const serve = (own: USBDevice): MessagePort => {
    device = own;
    forgetUsb();
    const present = usb.getDevices();
    const { port1, port2 } = new MessageChannel();
    const served = serveUsb(own, port1, async () => {
      const again = await waitForDfuMode(usb, await present, browserClock, COMES_BACK_MS);
      return again === null ? null : serve(again);
    });
    const gone = (event: USBConnectionEvent) => {
      if (event.device !== own) return;
      usb.removeEventListener('disconnect', gone);
      served.lost();
    };
    forgetUsb = () => usb.removeEventListener('disconnect', gone);
    usb.addEventListener('disconnect', gone);
    return port2;
  };
  const open = async () => {
    // After re-enumeration a board has a new USBDevice object, and may be one of several of its kind.
    const alike = (await usb.getDevices()).filter(
      ({ vendorId, productId }) => vendorId === device?.vendorId && productId === device.productId,
    );
    const [again] = alike;
    return serve(
      again !== undefined && alike.length === 1 ? again : await usb.requestDevice({ filters: [DFU_INTERFACE] }),
    );
  };
  return { link: 'usb', virtual: false, open };
}

/** A virtual board is connected the same way, but its port is in a worker of its own. */
function makeVirtualBoard(id: string): VirtualBoard {
  const worker = new Worker(new URL('board-worker.ts', import.meta.url), { type: 'module' });
  const ask = (message: ToBoard, transfer: Transferable[] = []) => worker.postMessage(message, transfer);
  ask({ kind: 'make', id, speed });
  const bench = document.createElement('virtual-bench');
  bench.slot = 'bench';
  bench.speed = speed;
  bench.addEventListener('virtual-bench-cable', (event) => ask({ kind: 'cable', plugged: event.detail.plugged }));
  bench.addEventListener('virtual-bench-look', () => ask({ kind: 'look' }));
  worker.addEventListener('message', (event: MessageEvent<FromBoard>) => bench.show(event.data));
  const open = () => {
    const { port1, port2 } = new MessageChannel();
    ask({ kind: 'serve', port: port1 }, [port1]);
    return Promise.resolve(port2);
  };
  const link = VIRTUAL_DFU_BOARDS.some((board) => board.id === id) ? 'usb' : 'serial';
  return { connect: { link, virtual: true, open }, bench };
}

function tell(message: ToDevice, transfer: Transferable[] = []): void {
  // The loader's code is as large as the page, so it is loaded only when a board is chosen.
  device ??= startDevice();
  device.postMessage(message, transfer);
}

function startDevice(): Worker {
  const browser = /(?:Edg|OPR|Chrome|Firefox|Version)\/\d+/.exec(navigator.userAgent)?.[0].replace('/', ' ') ?? '';
  const worker = new Worker(new URL('device-worker.ts', import.meta.url), { type: 'module', name: browser });
  const unpack = makeStateDecoder();
  worker.addEventListener('message', ({ data }: MessageEvent<FromDevice>) => {
    if (data.kind === 'state') app.state = unpack(data.parcel);
    else if (data.kind === 'library') showLibrary(data.view);
    else save(data.name, data.data, 'application/octet-stream');
  });
  worker.addEventListener(
    'error',
    (event) => (app.state = { kind: 'disconnected', failure: factsOf(new Error(event.message)) }),
  );
  return worker;
}

/** The group of a virtual board in the chooser, by what it demonstrates. */
function groupOf({ protection, factory }: OfferedBoard): BoardGroup {
  if (protection !== 'none') return 'protected';
  const { damagedTable, otadataLost, headerMegabytes, chip } = factory;
  if (damagedTable === true || otadataLost === true || headerMegabytes !== undefined) return 'unsound';
  return chip === undefined ? 'sound' : 'other-chip';
}
