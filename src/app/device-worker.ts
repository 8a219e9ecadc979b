/** The composition root of the device worker, whose timers are not throttled when the page is hidden. */
import { version } from '../../package.json';
import { connectDfu } from '../dfu/protocol/connect.ts';
import { dfuFailure } from '../dfu/failures.ts';
import { dfuFamily } from '../dfu/family.ts';
import { connectEsp } from '../esp/loader/connect.ts';
import { espFamily } from '../esp/family.ts';
import { linkLost } from '../esp/loader/transport.ts';
import type { Cancel } from '../flash/failure.ts';
import { factsOf, unlessStopped } from '../flash/failure.ts';
import type { ImageChoice } from '../flash/image-choice.ts';
import type { ImageWithFamily } from '../flash-image/opened-image.ts';
import { withOpened } from '../flash-image/opened-image.ts';
import type { Inspection } from '../flash/family.ts';
import type { Target } from '../flash/target.ts';
import { paceAt } from '../flash/target.ts';
import { HASHES, md5Hex } from '../formats/hashes.ts';
import { browserClock } from '../browser/clock.ts';
import type { FlashOrigin, FromDevice, LinkKind, ToDevice } from '../browser/messages.ts';
import { makeStateEncoder } from '../browser/state-codec.ts';
import { RemotePort } from '../browser/remote-port.ts';
import { RemoteUsbDevice } from '../browser/remote-usb.ts';
import type { SignedBundleRequest } from '../bundle/make.ts';
import type { BundleFrom, SessionContext, SessionParts } from '../session/session-parts.ts';
import type { PageIntent, PickedFile } from '../session/intents.ts';
import type { SessionState } from '../session/state.ts';
import { DISCONNECTED } from '../session/state.ts';
import { Session } from '../session/session.ts';
import { browserSettings, memorySettings } from '../storage/settings-store.ts';
import { rangeInName } from '../backups/binary-file.ts';
import { bytesFileName } from '../backups/library-items.ts';
import { BackupLibrary } from '../backups/library.ts';
import { BackupViewer, isBackupLook } from '../backups/backup-viewer.ts';
import { openEspStored } from '../esp/contents/stored.ts';
import { nextTurn } from '../session/next-turn.ts';
import { blobSource, withSources } from '../session/sources.ts';
import { browserKeys } from '../storage/signing-keys.ts';
import { openStore } from '../storage/browser-store.ts';
import { browserDatabase } from '../storage/database.ts';
import { browserLocks, memoryLocks } from '../storage/locks.ts';
import { memoryStore } from '../storage/memory-store.ts';
import type { Store } from '../storage/store.ts';

/** What the page needs of a session. */
type SpokenSession = Pick<Session<Inspection>, 'dispatch' | 'connect' | 'lost'>;

/** What the page talks to: one session per kind of board, and the backups of all boards. */
interface Spoken {
  readonly sessions: Readonly<Record<LinkKind, SpokenSession>>;
  readonly library: BackupLibrary;
  readonly backups: BackupViewer;
}

let port: Promise<RemotePort> | null = null;
let usb: Promise<RemoteUsbDevice> | null = null;
let current: FlashOrigin = 'serial';
/** The session over the flash image that is open; null if none is. */
let image: SpokenSession | null = null;
let isVirtual = false;
/** How many times as fast as silicon the current board is. */
let speed = 1;

/** What is said while a flash image is opened. */
const OPENING = 'Opening the file';

const pack = makeStateEncoder();
const database = browserDatabase('sectorwise', browserClock);
const settings = browserSettings(database);
const locks = browserLocks(navigator.locks);
/** Nothing runs before the store is open: it holds what was promised to boards. */
const spoken: Promise<Spoken> = openStore(database, locks, () => navigator.storage.persisted()).then(speakTo);

let all: Spoken | null = null;
/** What the page said before that, in order. */
let early: readonly Exclude<ToDevice, { kind: 'beat' }>[] = [];
void spoken.then(begin);

function begin(open: Spoken): void {
  all = open;
  for (const data of early) hear(data, open);
}

function speakTo(store: Store): Spoken {
  const library = new BackupLibrary({
    store,
    hashes: HASHES,
    app: `Sectorwise ${version}`,
    estimate: () => navigator.storage.estimate(),
    isRunning: (job) => locks.isTaken(job),
    keys: browserKeys(database),
    now: () => Date.now(),
    onView: (view) => say({ kind: 'library', view }),
    onFile: saveFile,
  });
  void library.refresh();
  const looked = {
    store,
    hashes: HASHES,
    clock: browserClock,
    turn: nextTurn,
    onFile: saveFile,
    openStored: openEspStored,
  };
  const backups = new BackupViewer({ ...looked, onView: (view) => say({ kind: 'looked', view }) });
  const kept = {
    store,
    backup: (id: string) => library.backupById(id),
    onKept: () => library.refresh(),
    onSave: saveBytes,
    onFile: saveFile,
    onBundle: bundlesFrom(library),
  };
  const serial = makeSession('serial', {
    ...kept,
    family: espFamily,
    connect: async (cancel, onSay, chosen) => {
      if (port === null) throw linkLost();
      return connectEsp(await port, { clock: browserClock, chosen, cancel, onSay, comesBack });
    },
  });
  const dfu = makeSession('usb', {
    ...kept,
    family: dfuFamily,
    connect: async (cancel, onSay) => {
      if (usb === null) throw dfuFailure('dfu-lost');
      return connectDfu(await usb, { clock: browserClock, cancel, onSay, comesBack: inDfuMode });
    },
  });
  return { sessions: { serial, usb: dfu }, library, backups };
}

/** Makes bundles of the backups in this library, and of builds. */
function bundlesFrom(library: BackupLibrary): NonNullable<SessionContext['onBundle']> {
  return (from: BundleFrom, request: SignedBundleRequest) =>
    void ('backup' in from
      ? library.dispatch({ do: 'make-bundle', id: from.backup, request })
      : library.bundleOfBuild(from, request));
}

function say(message: FromDevice): void {
  postMessage(message);
}

function showState(state: SessionState): void {
  say({ kind: 'state', parcel: pack(state) });
}

/** Hands the page a file to save. */
function saveFile(...[{ name, data }, ticket]: Parameters<SessionContext['onFile']>): void {
  say({ kind: 'file', name, data: new Uint8Array(data), ...(ticket !== undefined && { ticket }) });
}

/** Hands the page the bytes of a board, as a file whose name says what they are, and of when. */
function saveBytes(...[{ board, range, data }, ticket]: Parameters<SessionContext['onSave']>): void {
  saveFile({ name: bytesFileName(board, rangeInName({ board }, range), Date.now()), data }, ticket);
}

/** A session for one family of boards; only the current one reports its state. */
function makeSession<I extends Inspection, T extends Target>(
  kind: FlashOrigin,
  parts: Omit<SessionParts<I, T>, 'md5' | 'version' | 'browser' | 'now' | 'clock' | 'newId' | 'onState'>,
): Session<I, T> {
  return new Session({
    settings,
    locks,
    ...parts,
    connect: async (...how) => marked(await parts.connect(...how)),
    // Whoever does not compare does without it.
    openImage: async (file, board) => (await import('../flash-image/open.ts')).openToCompare(file, board),
    md5: md5Hex,
    version,
    // page.ts passes the browser's name and version as the name of this worker.
    browser: self.name,
    now: () => Date.now(),
    clock: browserClock,
    newId: () => crypto.randomUUID(),
    onState: (state) => {
      if (current === kind) showState(state);
      if (state.kind === 'disconnected' && kind === 'image') image = null;
      // The start page names the open jobs.
      if (state.kind === 'disconnected') void parts.onKept?.();
    },
  });
}

/**
 * Makes a virtual board say that it is one in its identity, so that the panel and every report show it. Its time is that of the page
 * that made it, and so are the estimates: those of silicon would be too long by the speed in the page's address.
 */
function marked<T extends Target>(device: T): T {
  if (!isVirtual) return device;
  const [identify, pace, times] = [device.identify.bind(device), device.pace.bind(device), speed];
  const fact = { name: 'Virtual', value: 'simulated by Sectorwise, no hardware' };
  return Object.assign(device, {
    identify: async () => {
      const identity = await identify();
      return { ...identity, facts: [...identity.facts, fact] };
    },
    pace: () => paceAt(times, pace()),
  });
}

/** The board's port after a reset took it away; it replaces the one served so far. */
async function comesBack(): Promise<SerialPort | null> {
  const again = (await (await port)?.comesBack()) ?? null;
  if (again !== null) takePort(Promise.resolve(again));
  return again;
}

function takePort(served: Promise<RemotePort>): void {
  port = served;
  // Only the loss of the current port is reported.
  void Promise.all([served, spoken]).then(([own, { sessions }]) =>
    own.addEventListener('disconnect', () => served === port && sessions.serial.lost(linkLost().facts)),
  );
}

function takeDevice(served: Promise<RemoteUsbDevice>): void {
  usb = served;
  void Promise.all([served, spoken]).then(([own, { sessions }]) =>
    own.addEventListener('disconnect', () => served === usb && sessions.usb.lost(dfuFailure('dfu-lost').facts)),
  );
}

/** The board as the device that it becomes in DFU mode; it replaces the one served so far. */
async function inDfuMode(cancel: Cancel): Promise<USBDevice> {
  const left = await usb;
  const again = left === null ? null : await unlessStopped(cancel, left.comesBack());
  // A device that the browser has no permission for can only be chosen by the user.
  if (again === null) throw dfuFailure('dfu-detached');
  takeDevice(Promise.resolve(again));
  return again;
}

function hearIntent(intent: PageIntent, session: SpokenSession | null): void {
  if (session !== null) return void session.dispatch(withSources(intent));
  // A file that is still being opened is not wanted any more.
  opened++;
  showState(DISCONNECTED);
}

/** The session on a flash of this origin; null if no flash image is open. */
function sessionFor(origin: FlashOrigin, sessions: Spoken['sessions']): SpokenSession | null {
  return origin === 'image' ? image : sessions[origin];
}

/** Counts the files that were opened: of two, only the last one is shown. */
let opened = 0;

/** Opens a file as a flash image. What is done to it lasts as long as it is open: its jobs and settings are in memory only. */
async function openImage(file: PickedFile, choice: ImageChoice): Promise<void> {
  const own = ++opened;
  current = 'image';
  isVirtual = false;
  image = null;
  showState({ kind: 'connecting', says: OPENING });
  try {
    // Whoever works on boards alone does without it.
    const { openFlashSource } = await import('../flash-image/open.ts');
    const opening = await openFlashSource(blobSource(file), choice);
    if (own !== opened || current !== 'image') return;
    if (opening.kind === 'failure') return showState({ kind: 'disconnected', failure: opening.failure });
    if (opening.kind === 'question') {
      showState(DISCONNECTED);
      return say({ kind: 'image-question', question: opening });
    }
    image = withOpened(opening, imageSession);
    await image.connect(false);
  } catch (error) {
    showState({ kind: 'disconnected', failure: factsOf(error) });
  }
}

/** A session over an opened flash image, with a store and a library of its own, which end with it. */
function imageSession<I extends Inspection, T extends Target>({
  family,
  device,
}: ImageWithFamily<I, T>): SpokenSession {
  const store = memoryStore();
  const library = new BackupLibrary({
    store,
    hashes: HASHES,
    app: `Sectorwise ${version}`,
    estimate: () => Promise.resolve({}),
    keys: browserKeys(database),
    now: () => Date.now(),
    onView: () => undefined,
    onFile: saveFile,
  });
  return makeSession<I, T>('image', {
    family,
    connect: () => Promise.resolve(device),
    connecting: OPENING,
    store,
    settings: memorySettings(),
    locks: memoryLocks(),
    backup: (id) => library.backupById(id),
    onSave: saveBytes,
    onFile: saveFile,
    onBundle: bundlesFrom(library),
  });
}

addEventListener('message', ({ data }: MessageEvent<ToDevice>) => {
  if (data.kind === 'beat') say({ kind: 'beat' });
  else if (all === null) hearEarly(data);
  else hear(data, all);
});

/** Tells the page what is waited for; a person who does not want to wait can stop that, and the board is not connected then. */
function hearEarly(data: Exclude<ToDevice, { kind: 'beat' }>): void {
  const ends = data.kind === 'intent' && (data.intent.do === 'cancel' || data.intent.do === 'disconnect');
  if (data.kind === 'connect' || data.kind === 'open-image')
    showState({ kind: 'connecting', says: 'Opening this browser’s storage' });
  if (ends) {
    early = early.filter(({ kind }) => kind !== 'connect' && kind !== 'open-image');
    showState(DISCONNECTED);
  } else early = [...early, data];
}

function hear(data: Exclude<ToDevice, { kind: 'beat' }>, { sessions, library, backups }: Spoken): void {
  switch (data.kind) {
    case 'intent':
      if (isBackupLook(data.intent)) void backups.look(data.intent);
      else hearIntent(data.intent, sessionFor(current, sessions));
      return;
    case 'library':
      void library.dispatch(data.intent);
      return;
    case 'storage-answered':
      void library.refresh();
      return;
    case 'open-image':
      void library.forgetFailure();
      void openImage(data.file, data.choice);
      return;
    case 'connect':
      void library.forgetFailure();
      if (data.link !== current) void sessionFor(current, sessions)?.dispatch({ do: 'disconnect' });
      current = data.link;
      isVirtual = data.virtual;
      speed = data.speed;
      if (data.link === 'serial') takePort(RemotePort.connect(data.port, browserClock));
      else takeDevice(RemoteUsbDevice.connect(data.port));
      void sessions[data.link].connect(data.again);
  }
}
