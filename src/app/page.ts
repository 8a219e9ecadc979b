/** The composition root of the page: the only file that names the browser's devices or picks virtual boards. */
import '../../components/sectorwise-app/sectorwise-app.ts';
import '../../components/virtual-bench/virtual-bench.ts';
import { save } from '../../components/shared/save.ts';
import type { BoardGroup, DeviceSupport } from '../../components/board-chooser/board-chooser.ts';
import type { SectorwiseApp } from '../../components/sectorwise-app/sectorwise-app.ts';
import type { VirtualBench } from '../../components/virtual-bench/virtual-bench.ts';
import type { VirtualBoard as OfferedBoard } from '../virtual-boards/virtual-boards.ts';
import { speedFrom } from '../virtual-boards/clock.ts';
import { VIRTUAL_DFU_BOARDS } from '../virtual-boards/dfu/virtual-dfu-boards.ts';
import { VIRTUAL_BOARDS } from '../virtual-boards/virtual-boards.ts';
import { factsOf } from '../flash/failure.ts';
import type { FromBoard, FromDevice, ToBoard, ToDevice } from '../browser/messages.ts';
import { makeStateDecoder } from '../browser/state-codec.ts';
import type { PlugEvents } from '../browser/ports.ts';
import { portFailure, waitUntilThere } from '../browser/ports.ts';
import boardWorker from './board-worker.ts?worker&url';
import type { Connect } from './connections.ts';
import { serialPort, usbDevice } from './connections.ts';
import deviceWorker from './device-worker.ts?worker&url';
import { guardSinks, startWorker } from './policy.ts';
import type { LibraryView } from '../backups/library-view.ts';
import type { PageIntent, SessionState } from '../session/state.ts';

/** A virtual board, which keeps its flash for as long as the page is open. */
interface VirtualBoard {
  readonly connect: Connect;
  readonly bench: VirtualBench;
}

guardSinks();

const found = document.querySelector('sectorwise-app');
if (found === null) throw new Error('index.html has no <sectorwise-app>');
const app: SectorwiseApp = found;
let device: Worker | null = null;
const speed = speedFrom(new URLSearchParams(location.search).get('speed'));
const virtualBoards = new Map<string, VirtualBoard>();
let connect: Connect | null = null;
/** Ends the wait for a board that is not plugged in; null while none is awaited. */
let waiting: AbortController | null = null;

/** The chips that the sample app can be built for, with their ids in image headers. */
const SAMPLE_CHIPS = { ESP32: 0, 'ESP32-C3': 5, 'ESP32-S3': 9, 'ESP32-C6': 13 } as const;

app.boards = [
  ...VIRTUAL_BOARDS.map((board) => ({ ...board, group: groupOf(board) })),
  ...VIRTUAL_DFU_BOARDS.map((board) => ({ ...board, group: 'dfu' as const })),
];
app.samples = Object.entries(SAMPLE_CHIPS).map(([chip, id]) => ({
  chip,
  name: 'raft-demo 1.5.0',
  // Built here, as the page makes no request for it; only who asks for one loads what builds it.
  make: async () => {
    const { raftDemo150 } = await import('../virtual-boards/esp/firmware/raft-demo.ts');
    return new File([new Uint8Array(raftDemo150(id))], 'raft-demo-1.5.0.bin');
  },
}));
app.usb = supportFor('usb');
app.serial = supportFor('serial');

app.addEventListener('sectorwise-connect', (event) => {
  for (const board of virtualBoards.values()) board.bench.remove();
  app.virtual = 'virtual' in event.detail;
  if ('virtual' in event.detail) {
    const { virtual } = event.detail;
    const board = virtualBoards.get(virtual) ?? makeVirtualBoard(virtual);
    virtualBoards.set(virtual, board);
    app.append(board.bench);
    connect = board.connect;
  } else connect = event.detail.port === 'serial' ? serialPort(navigator.serial) : usbDevice(navigator.usb);
  void begin(false);
});

app.addEventListener('sectorwise-intent', (event) => {
  const intent: PageIntent = event.detail;
  if (intent.do === 'reconnect') return void begin(true);
  if (intent.do === 'disconnect') stopWaiting();
  tell({ kind: 'intent', intent });
});

app.addEventListener('sectorwise-wait', ({ detail }) => {
  if (detail === 'stop') stopWaiting();
  else void begin(app.state.kind === 'connected', true);
});

app.addEventListener('sectorwise-library', (event) => tell({ kind: 'library', intent: event.detail }));

// Leaving the page in the middle of a write leaves the board half written, and a backup that is being made is lost.
addEventListener('beforeunload', (event) => {
  const work = app.state.kind === 'connected' ? app.state.work : null;
  const isBackup = work?.kind === 'surveying' && work.backup === true;
  if (work?.kind === 'flashing' || work?.kind === 'starting' || isBackup || app.library.busy !== null)
    event.preventDefault();
});
// The browser would open a file dropped beside the drop area, replacing this page.
for (const type of ['dragover', 'drop']) addEventListener(type, (event) => event.preventDefault());

/** A `localStorage` flag that the library has backups or open jobs: without it the device worker need not be loaded to show the library. */
const KEPT = 'sectorwise-kept';
try {
  if (localStorage.getItem(KEPT) !== null) device = startDevice();
} catch {
  // A browser that denies storage has no library to show.
}

/** Whether the browser offers this way to devices; outside secure contexts it offers none. */
function supportFor(way: 'serial' | 'usb'): DeviceSupport {
  return way in navigator ? 'ready' : isSecureContext ? 'missing' : 'insecure';
}

function showLibrary(view: LibraryView): void {
  app.library = view;
  try {
    if (view.items.length + view.foreign.length + view.unfinished.length > 0) localStorage.setItem(KEPT, '1');
    else localStorage.removeItem(KEPT);
  } catch {
    // Without the flag, the library is shown once a board is connected.
  }
}

/** Shows a state, and tells the virtual board's controls whether the page is connected to it. */
function showState(state: SessionState): void {
  app.state = state;
  for (const { bench } of virtualBoards.values()) bench.attached = state.kind !== 'disconnected';
}

function stopWaiting(): void {
  waiting?.abort();
  waiting = null;
  app.waiting = null;
}

/** Waits for a board that is not plugged in; what is on the page stays. False if the wait was stopped. */
function waitFor({ virtual, howMany, plugs }: Connect): Promise<boolean> {
  const own = new AbortController();
  waiting = own;
  app.waiting = { choosable: !virtual };
  return waitUntilThere(async () => (await howMany()) === 1, plugs, own.signal);
}

/** Connects the board: `again` if the same one as before is expected, `choose` if the person chooses it anew. */
async function begin(again: boolean, choose = false): Promise<void> {
  try {
    const way = connect;
    if (way === null) return;
    // Whoever closes the chooser goes on waiting.
    const chosen = choose ? await way.open(true) : null;
    stopWaiting();
    if (chosen === null && (await way.howMany()) === 0 && !(await waitFor(way))) return;
    stopWaiting();
    const port = chosen ?? (await way.open(false));
    // Without this, a browser short of space may delete stored backups. It may refuse; nothing depends on the answer.
    void navigator.storage.persist().catch(() => false);
    tell({ kind: 'connect', link: way.link, port, again, virtual: way.virtual }, [port]);
  } catch (error) {
    // Closing the chooser is not an error.
    if (error instanceof DOMException && error.name === 'NotFoundError') return;
    const reason = error instanceof Error || error instanceof DOMException ? error.message : String(error);
    showState({ kind: 'disconnected', failure: portFailure('no-port', { values: { reason } }).facts });
  }
}

/** A virtual board is connected the same way, but its port is in a worker of its own. */
function makeVirtualBoard(id: string): VirtualBoard {
  const worker = startWorker(boardWorker);
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
  const howMany = () => Promise.resolve(bench.plugged ? 1 : 0);
  const plugs: PlugEvents = {
    addEventListener: (_, heard) => bench.addEventListener('virtual-bench-cable', heard),
    removeEventListener: (_, heard) => bench.removeEventListener('virtual-bench-cable', heard),
  };
  return { connect: { link, virtual: true, howMany, plugs, open }, bench };
}

function tell(message: ToDevice, transfer: Transferable[] = []): void {
  // The loader's code is as large as the page, so it is loaded only when a board is chosen.
  device ??= startDevice();
  device.postMessage(message, transfer);
}

function startDevice(): Worker {
  const browser = /(?:Edg|OPR|Chrome|Firefox|Version)\/\d+/.exec(navigator.userAgent)?.[0].replace('/', ' ') ?? '';
  const worker = startWorker(deviceWorker, browser);
  const unpack = makeStateDecoder();
  worker.addEventListener('message', ({ data }: MessageEvent<FromDevice>) => {
    if (data.kind === 'state') showState(unpack(data.parcel));
    else if (data.kind === 'library') showLibrary(data.view);
    else save(data.name, data.data, 'application/octet-stream');
  });
  worker.addEventListener('error', (event) =>
    showState({ kind: 'disconnected', failure: factsOf(new Error(event.message)) }),
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
