/** The composition root of the page: the only file that names the browser's devices or picks virtual boards. */
import '../../components/sectorwise-app/sectorwise-app.ts';
import '../../components/stuck-worker/stuck-worker.ts';
import { save } from '../../components/shared/save.ts';
import { tellSaved, withTicket } from '../../components/shared/saved-note.ts';
import type { DeviceSupport } from '../../components/board-chooser/board-chooser.ts';
import type { SectorwiseApp } from '../../components/sectorwise-app/sectorwise-app.ts';
import { withTimeout } from '../flash/clock.ts';
import { factsOf, notLoaded } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import { browserClock } from '../browser/clock.ts';
import { Heartbeat, workerFailure } from '../browser/heartbeat.ts';
import type { FromDevice, ToDevice } from '../browser/messages.ts';
import { makeStateDecoder } from '../browser/state-codec.ts';
import { watchPlug } from '../browser/plug-watch.ts';
import { portFailure, waitUntilThere } from '../browser/ports.ts';
import type { Connect } from './connections.ts';
import { serialPort, usbDevice } from './connections.ts';
import deviceWorker from './device-worker.ts?worker&url';
import { OpenedBoards, VIRTUAL_OFFERS } from './opened-boards.ts';
import { installTrustedTypesPolicy, hasArrived, startWorker } from './policy.ts';
import { SAMPLES } from './samples.ts';
import type { LibraryView } from '../backups/library-view.ts';
import { boardName, markKey } from '../session/board-key.ts';
import type { PageIntent } from '../session/intents.ts';
import type { SessionState } from '../session/state.ts';
import { isBusy } from '../session/state.ts';
import { plugFailure, pluggedAgain } from '../session/words/plugged.ts';
import type { PlainStorage } from '../storage/met-boards.ts';
import type { BoardConnection } from '../storage/records.ts';
import { forgetBoard, meetBoard, metBoards } from '../storage/met-boards.ts';

/** The device worker, and how to end it. */
interface Device {
  readonly worker: Worker;
  end(): void;
}

/** `localStorage`, asked for at each use: a browser that denies storage throws even there. */
const remembered: PlainStorage = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, value),
};

installTrustedTypesPolicy();

const found = document.querySelector('sectorwise-app');
if (found === null) throw new Error('index.html has no <sectorwise-app>');
const app: SectorwiseApp = found;
let device: Device | null = null;
const virtualBoards = new OpenedBoards(location.search, {
  onChanged: (id, changed) => showChanged([id], changed),
  onFailed: (event) => showFailed('The virtual board', event),
  onReset: resetVirtualBoard,
});
let connect: Connect | null = null;
/** The board that `connect` leads to, as it was chosen. */
let chosen: BoardConnection | null = null;
/** What waits until the page is connected to no board. */
let onDisconnected: (() => void) | null = null;
/** The file that was opened last as a flash image. */
let opened: File | null = null;
/** Ends the wait for a board that is not plugged in; null while none is awaited. */
let waiting: AbortController | null = null;

/** Ends the watch for a board that was lost. */
let endWatch = (): void => undefined;

app.boards = VIRTUAL_OFFERS;
app.met = metBoards(remembered);
app.layoutTools = async () => (await import('./layout-tools.ts')).layoutTools;
app.contentsTools = async () => (await import('../esp/contents/tools.ts')).contentsTools;
// Later than the first view, which does without it.
void import('./virtual-flash.ts').then(async ({ changedBoards }) => showChanged(await changedBoards(), true));
app.samples = SAMPLES;
app.usb = supportFor('usb');
app.serial = supportFor('serial');

app.addEventListener('sectorwise-connect', ({ detail }) => {
  const { known = false, ...connection } = detail;
  if ('virtual' in connection) {
    turnTo(connection);
    void openVirtualBoard(connection.virtual);
    return;
  }
  const device = connection.port === 'serial' ? serialPort(navigator.serial, known) : usbDevice(navigator.usb, known);
  void begin(false, { choice: { device, connection } });
});

/** Leaves the board or file before for a board that was chosen. */
function turnTo(connection: BoardConnection): void {
  app.question = null;
  app.opening = 'board';
  leaveVirtualBoard();
  chosen = connection;
}

app.addEventListener('sectorwise-image', ({ detail: { file, choice } }) => {
  leaveVirtualBoard();
  stopWaiting();
  app.question = null;
  app.opening = 'image';
  [chosen, connect, opened] = [null, null, file];
  tell({ kind: 'open-image', file: { path: file.name, blob: file }, choice });
});

async function openVirtualBoard(id: string): Promise<void> {
  const before = chosen;
  // Loaded only now: the start page does without the controls of a virtual board.
  try {
    await import('../../components/virtual-bench/virtual-bench.ts');
  } catch (error) {
    return showState({ kind: 'disconnected', failure: notLoaded('The virtual board', error).facts });
  }
  // Another board may have been chosen meanwhile.
  if (chosen !== before) return;
  const board = virtualBoards.open(id);
  app.append(board.bench);
  app.virtual = true;
  connect = board.connect;
  void begin(false);
}

app.addEventListener('sectorwise-intent', (event) => {
  const intent: PageIntent = event.detail;
  // A flash image is read again by its session: there is nothing to plug in.
  if (intent.do === 'reconnect' && connect !== null) return void begin(true);
  if (intent.do === 'disconnect' || intent.do === 'cancel') stopWaiting();
  tell({ kind: 'intent', intent: withTicket(intent) });
});

app.addEventListener('sectorwise-wait', ({ detail }) => {
  if (detail === 'stop') {
    stopWaiting();
    // A chip that erased itself is what the session waits for, too.
    if (app.state.kind === 'unlocking') tell({ kind: 'intent', intent: { do: 'cancel' } });
    if (app.state.kind === 'disconnected' && app.state.failure === null) leaveVirtualBoard();
  } else void begin(app.state.kind === 'connected', { choose: true });
});

app.addEventListener('sectorwise-forget', ({ detail }) => {
  forgetBoard(remembered, detail);
  app.met = metBoards(remembered);
});

app.addEventListener('sectorwise-library', (event) => tell({ kind: 'library', intent: withTicket(event.detail) }));

// Leaving the page in the middle of a write leaves the board half written, and a backup that is being made is lost.
addEventListener('beforeunload', (event) => {
  const work = app.state.kind === 'connected' ? app.state.work : null;
  const isBackup = work?.kind === 'surveying' && work.backup === true;
  if (
    isBusy(app.state) ||
    isBackup ||
    app.library.busy !== null ||
    app.layoutEdited ||
    (app.state.kind === 'connected' && (app.state.edits !== undefined || app.state.image?.saved === false))
  )
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

/** Whether the browser has this API for devices; outside secure contexts it offers none. */
function supportFor(api: 'serial' | 'usb'): DeviceSupport {
  return api in navigator ? 'ready' : isSecureContext ? 'missing' : 'insecure';
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

/** Remembers a board that was connected, and the way to it. */
function remember({ identity }: Inspection): void {
  if (chosen === null) return;
  meetBoard(remembered, { key: markKey(identity), name: boardName(identity), connection: chosen, seen: Date.now() });
  app.met = metBoards(remembered);
}

/** Shows a state, and tells the virtual board's controls whether the page is connected to it. */
function showState(state: SessionState): void {
  if (state.kind === 'connected' && app.state.kind !== 'connected') remember(state.board);
  const returns = state.kind === 'unlocking' && state.step === 'returning';
  const isNews = app.state.kind !== 'unlocking' || app.state.step !== 'returning';
  app.state = state;
  watchLost(state);
  virtualBoards.show(state.kind !== 'disconnected', isBusy(state));
  if (state.kind === 'disconnected' && state.failure === null) leaveVirtualBoard();
  if (returns && isNews) void rejoin();
  if (state.kind === 'disconnected') {
    const then = onDisconnected;
    onDisconnected = null;
    then?.();
  }
}

/** Takes the controls of a virtual board off the page where it was left, and nothing there leads back to it. */
function leaveVirtualBoard(): void {
  virtualBoards.hide();
  app.virtual = false;
}

/** While a board is lost, says whether it is plugged in again: it is connected only when a person asks for it. */
function watchLost(state: SessionState): void {
  endWatch();
  endWatch = () => undefined;
  if (connect === null || plugFailure(state) === null) return;
  endWatch = watchPlug(connect.howMany, connect.plugs, (plugged) => {
    app.state = plugged ? pluggedAgain(state) : state;
  });
}

function stopWaiting(): void {
  waiting?.abort();
  waiting = null;
  app.waiting = null;
}

/** Whether a board has to be waited for: none is there. Without a press of a button the chooser cannot open, even if there are two. */
async function isAwaited({ howMany }: Connect): Promise<boolean> {
  const there = await howMany();
  return app.state.kind === 'unlocking' ? there !== 1 : there === 0;
}

/** Waits for a board that is not plugged in; what is on the page stays. False if the wait was stopped. */
function waitFor({ link, virtual, howMany, plugs }: Connect): Promise<boolean> {
  const own = new AbortController();
  waiting = own;
  const isErased = app.state.kind === 'unlocking';
  app.waiting = {
    choosable: !virtual,
    asked: Date.now(),
    ...(virtual && { virtual }),
    ...(link === 'usb' && { dfu: true }),
    ...(isErased && { erased: true }),
  };
  return waitUntilThere(async () => (await howMany()) === 1, plugs, own.signal);
}

/** Connects a chip that has erased itself and restarts, once it is there again. */
async function rejoin(): Promise<void> {
  await connect?.comesBack();
  if (app.state.kind === 'unlocking') await begin(true);
}

/** How a board is connected: `choose` if the person chooses its port again, `choice` if it is to replace the board before. */
interface Beginning {
  readonly choose?: boolean;
  readonly choice?: { readonly device: Connect; readonly connection: BoardConnection };
}

/** Connects the board: `again` if the same one as before is expected. */
async function begin(again: boolean, { choose = false, choice }: Beginning = {}): Promise<void> {
  // Whoever closes the chooser keeps the board before, and “Connect again” means that one.
  const turn = (): void => {
    if (choice === undefined || connect === choice.device) return;
    turnTo(choice.connection);
    connect = choice.device;
    endWatch();
  };
  try {
    const device = choice?.device ?? connect;
    if (device === null) return;
    // Whoever closes the chooser goes on waiting.
    const picked = choose ? await device.open(true) : null;
    stopWaiting();
    if (picked === null && (await isAwaited(device))) {
      turn();
      if (!(await waitFor(device))) return;
    }
    stopWaiting();
    const port = picked ?? (await device.open(false));
    turn();
    void keepStorage();
    tell({ kind: 'connect', link: device.link, port, again, virtual: device.virtual, speed: device.speed }, [port]);
  } catch (error) {
    // Closing the chooser is not an error.
    if (error instanceof DOMException && error.name === 'NotFoundError') return;
    const reason = error instanceof Error || error instanceof DOMException ? error.message : String(error);
    turn();
    showState({ kind: 'disconnected', failure: portFailure('no-port', { values: { reason } }).facts });
  }
}

/** Without this, a browser short of space may delete stored backups. It may refuse: the library then says so. */
async function keepStorage(): Promise<void> {
  const before = await navigator.storage.persisted().catch(() => false);
  const now = await navigator.storage.persist().catch(() => false);
  if (now !== before) tell({ kind: 'storage-answered' });
}

/** Says on the start page which virtual boards are not as they were made. */
function showChanged(ids: readonly string[], changed: boolean): void {
  app.boards = app.boards.map((board) => (ids.includes(board.id) ? { ...board, changed } : board));
}

/** Recreates a virtual board and opens it again. */
function resetVirtualBoard(id: string): void {
  const renew = async (): Promise<void> => {
    await virtualBoards.forget(id);
    chosen = { virtual: id };
    await openVirtualBoard(id);
  };
  stopWaiting();
  if (app.state.kind === 'disconnected') return void renew();
  onDisconnected = () => void renew();
  tell({ kind: 'intent', intent: { do: 'disconnect' } });
}

function tell(message: ToDevice, transfer: Transferable[] = []): void {
  // The loader's code is as large as the page, so it is loaded only when a board is chosen.
  device ??= startDevice();
  device.worker.postMessage(message, transfer);
}

function startDevice(): Device {
  const browser = /(?:Edg|OPR|Chrome|Firefox|Version)\/\d+/.exec(navigator.userAgent)?.[0].replace('/', ' ') ?? '';
  const worker = startWorker(deviceWorker, browser);
  const unpack = makeStateDecoder();
  const stuck = document.createElement('stuck-worker');
  document.body.prepend(stuck);
  const beat: ToDevice = { kind: 'beat' };
  const heart = new Heartbeat({
    clock: browserClock,
    ask: () => worker.postMessage(beat),
    onStuck: (seconds) => (stuck.failure = workerFailure('worker-stuck', { values: { seconds } }).facts),
    onBack: () => (stuck.failure = null),
  });
  stuck.addEventListener('stuck-worker-end', () => void startAnew());
  worker.addEventListener('message', ({ data }: MessageEvent<FromDevice>) => {
    // Any message shows that it is alive.
    heart.heard();
    if (data.kind === 'beat') return;
    if (data.kind === 'state') showState(unpack(data.parcel));
    else if (data.kind === 'library') showLibrary(data.view);
    else if (data.kind === 'looked') app.looked = data.view;
    else if (data.kind === 'image-question') app.question = opened && { file: opened, question: data.question };
    else {
      save(data.name, data.data, 'application/octet-stream');
      tellSaved(data.name, data.ticket);
    }
  });
  worker.addEventListener('error', (event) => {
    // The next board gets a new one.
    if (!hasArrived(event)) {
      device?.end();
      device = null;
    }
    showFailed('The part that talks to boards', event);
  });
  const end = () => {
    heart.stop();
    stuck.remove();
    worker.terminate();
  };
  return { worker, end };
}

function showFailed(what: string, event: Event): void {
  const failure = hasArrived(event) ? factsOf(new Error(event.message)) : notLoaded(what, 'no script').facts;
  showState({ kind: 'disconnected', failure });
}

/** How long releasing a board's port may take, in ms. */
const RELEASE_MS = 2000;

/** Replaces a device worker that does not answer: its locks end with it, and its journal is in the browser's storage. */
async function startAnew(): Promise<void> {
  device?.end();
  stopWaiting();
  // A port that hangs is not waited for: connecting says what is wrong with it.
  if (connect !== null) await withTimeout(browserClock, RELEASE_MS, connect.release(), () => undefined);
  device = startDevice();
  showState({ kind: 'disconnected', failure: workerFailure('worker-ended').facts });
}
