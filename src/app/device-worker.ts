/** The composition root of the device worker, whose timers are not throttled when the page is hidden. */
import { version } from '../../package.json';
import { connectDfu } from '../dfu/protocol/connect.ts';
import { dfuFailure } from '../dfu/failures.ts';
import { dfuFamily } from '../dfu/all-boards.ts';
import { connectEsp } from '../esp/loader/connect.ts';
import { espFamily } from '../esp/family.ts';
import { linkLost } from '../esp/loader/transport.ts';
import type { Cancel } from '../flash/failure.ts';
import { unlessStopped } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import type { Range } from '../flash/map.ts';
import type { Target } from '../flash/target.ts';
import { HASHES, md5Hex } from '../formats/hashes.ts';
import { browserClock } from '../browser/clock.ts';
import type { FromDevice, LinkKind, ToDevice } from '../browser/messages.ts';
import { makeStateEncoder } from '../browser/state-codec.ts';
import { RemotePort } from '../browser/remote-port.ts';
import { RemoteUsbDevice } from '../browser/remote-usb.ts';
import type { SignedWish } from '../bundle/make.ts';
import type { BundleFrom, SessionContext, SessionParts } from '../session/session-parts.ts';
import type { SessionState } from '../session/state.ts';
import { DISCONNECTED } from '../session/state.ts';
import { Session } from '../session/session.ts';
import { browserSettings } from '../storage/settings-store.ts';
import { BackupLibrary } from '../backups/library.ts';
import { withSources } from '../session/sources.ts';
import { browserKeys } from '../storage/signing-keys.ts';
import { openStore } from '../storage/browser-store.ts';
import { browserDatabase } from '../storage/database.ts';
import { browserLocks } from '../storage/locks.ts';
import type { Store } from '../storage/store.ts';

/** What the page talks to: one session per kind of board, and the backups of all boards. */
interface Spoken {
  readonly sessions: Readonly<Record<LinkKind, Pick<Session<Inspection>, 'dispatch' | 'connect' | 'lost'>>>;
  readonly library: BackupLibrary;
}

let port: Promise<RemotePort> | null = null;
let usb: Promise<RemoteUsbDevice> | null = null;
let current: LinkKind = 'serial';
let isVirtual = false;

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
    onFile: ({ name, data }) => say({ kind: 'file', name, data: new Uint8Array(data) }),
  });
  void library.refresh();
  const onFile: SessionContext['onFile'] = ({ name, data }) => say({ kind: 'file', name, data: new Uint8Array(data) });
  const onSave = (id: string, range: Range) => void library.dispatch({ do: 'save-bytes', id, range });
  const kept = {
    store,
    backup: (id: string) => library.backupById(id),
    onKept: () => void library.refresh(),
    onSave,
    onFile,
    onBundle: (from: BundleFrom, wish: SignedWish) =>
      void ('backup' in from
        ? library.dispatch({ do: 'make-bundle', id: from.backup, wish })
        : library.bundleOfBuild(from, wish)),
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
  return { sessions: { serial, usb: dfu }, library };
}

function say(message: FromDevice): void {
  postMessage(message);
}

/** A session for one family of boards; only the current one reports its state. */
function makeSession<I extends Inspection, T extends Target>(
  kind: LinkKind,
  parts: Pick<
    SessionParts<I, T>,
    'family' | 'connect' | 'store' | 'backup' | 'onKept' | 'onSave' | 'onFile' | 'onBundle'
  >,
): Session<I, T> {
  return new Session({
    ...parts,
    connect: async (...how) => marked(await parts.connect(...how)),
    settings,
    locks,
    md5: md5Hex,
    version,
    // page.ts passes the browser's name and version as the name of this worker.
    browser: self.name,
    now: () => Date.now(),
    clock: browserClock,
    newId: () => crypto.randomUUID(),
    onState: (state) => {
      if (current === kind) say({ kind: 'state', parcel: pack(state) });
      // The start page names the open jobs.
      if (state.kind === 'disconnected') parts.onKept?.();
    },
  });
}

/** Makes a virtual board say that it is one in its identity, so that the panel and every report show it. */
function marked<T extends Target>(device: T): T {
  if (!isVirtual) return device;
  const identify = device.identify.bind(device);
  const fact = { name: 'Virtual', value: 'simulated by Sectorwise, no hardware' };
  return Object.assign(device, {
    identify: async () => {
      const identity = await identify();
      return { ...identity, facts: [...identity.facts, fact] };
    },
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

addEventListener('message', ({ data }: MessageEvent<ToDevice>) => {
  if (data.kind === 'beat') say({ kind: 'beat' });
  else if (all === null) hearEarly(data);
  else hear(data, all);
});

/** The page is told what is waited for, and a person who does not want to wait is heard: the board is not connected then. */
function hearEarly(data: Exclude<ToDevice, { kind: 'beat' }>): void {
  const showState = (state: SessionState) => say({ kind: 'state', parcel: pack(state) });
  const ends = data.kind === 'intent' && (data.intent.do === 'cancel' || data.intent.do === 'disconnect');
  if (data.kind === 'connect') showState({ kind: 'connecting', says: 'Opening this browser’s storage' });
  if (ends) {
    early = early.filter(({ kind }) => kind !== 'connect');
    showState(DISCONNECTED);
  } else early = [...early, data];
}

function hear(data: Exclude<ToDevice, { kind: 'beat' }>, { sessions, library }: Spoken): void {
  switch (data.kind) {
    case 'intent':
      void sessions[current].dispatch(withSources(data.intent));
      return;
    case 'library':
      void library.dispatch(data.intent);
      return;
    case 'storage-answered':
      void library.refresh();
      return;
    case 'connect':
      if (data.link !== current) void sessions[current].dispatch({ do: 'disconnect' });
      current = data.link;
      isVirtual = data.virtual;
      if (data.link === 'serial') takePort(RemotePort.connect(data.port, browserClock));
      else takeDevice(RemoteUsbDevice.connect(data.port));
      void sessions[current].connect(data.again);
  }
}
