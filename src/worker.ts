/** The composition root of the device's worker: whose timers a hidden page does not throttle. */
import { version } from '../package.json';
import { connectEsp } from './esp/connect.ts';
import { espFamily } from './esp/family.ts';
import { linkLost } from './esp/transport.ts';
import { md5Hex } from './formats/hashes.ts';
import type { FromDevice, ToDevice } from './session/messages.ts';
import { makePacker } from './session/parcel.ts';
import { RemotePort } from './session/remote-port.ts';
import { Session } from './session/session.ts';
import { browserSettings } from './session/settings-store.ts';
import { withSources } from './session/sources.ts';

let port: Promise<RemotePort> | null = null;

const pack = makePacker();
const session = new Session({
  family: espFamily,
  connect: async (cancel, onSay) => {
    if (port === null) throw linkLost();
    // Which board it is, and what was chosen for it, is known only after: `tune` takes that up.
    return connectEsp(await port, { chosen: {}, cancel, onSay, comesBack });
  },
  settings: browserSettings('sectorwise'),
  md5: md5Hex,
  version,
  // The page names its worker after the browser: only main.ts asks for that.
  browser: self.name,
  now: Date.now,
  onState: (state) => {
    const message: FromDevice = { kind: 'state', parcel: pack(state) };
    postMessage(message);
  },
});

/** The board's port again after a reset has taken it away; from then on it is the one that is served. */
async function comesBack(): Promise<SerialPort | null> {
  const again = (await (await port)?.comesBack()) ?? null;
  if (again !== null) take(Promise.resolve(again));
  return again;
}

function take(served: Promise<RemotePort>): void {
  port = served;
  // A board that was let go before is no loss.
  void served.then((own) =>
    own.addEventListener('disconnect', () => served === port && session.lost(linkLost().facts)),
  );
}

addEventListener('message', (event: MessageEvent<ToDevice>) => {
  const { data } = event;
  if (data.kind === 'intent') {
    void session.dispatch(withSources(data.intent));
    return;
  }
  take(RemotePort.connect(data.port));
  void session.connect(data.again);
});
