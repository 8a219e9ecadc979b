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

/** Twice eight times faster than the loader's 115200; every common bridge chip carries it. */
const BAUD = 921600;

let port: Promise<RemotePort> | null = null;

const pack = makePacker();
const session = new Session({
  family: espFamily,
  connect: async (cancel, onSay) => {
    if (port === null) throw linkLost();
    return connectEsp(await port, { baud: BAUD, cancel, onSay });
  },
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

addEventListener('message', (event: MessageEvent<ToDevice>) => {
  const { data } = event;
  if (data.kind === 'intent') {
    void session.dispatch(data.intent);
    return;
  }
  port = RemotePort.connect(data.port);
  const served = port;
  // A board that was let go before is no loss.
  void served.then((own) =>
    own.addEventListener('disconnect', () => served === port && session.lost(linkLost().facts)),
  );
  void session.connect();
});
