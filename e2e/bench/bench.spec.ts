/** Chromium's own Web Serial in front of a device on the bench. */
import type { Bench, BenchEvent } from './bench.ts';
import { openPage, ORIGIN } from './bench-page.ts';
import { useGrantedPort } from './chromium.ts';
import { CP2102N, EchoDevice } from './echo-device.ts';
import { expect, test } from './fixture.ts';

const ID = 'esp';

const lineChanges = (events: readonly BenchEvent[]) =>
  events.flatMap((event) => (event.what === 'lines' ? [`${event.dtr ? 'D' : '-'}${event.rts ? 'R' : '-'}`] : []));
const bauds = (bench: Bench) => bench.events.flatMap((event) => (event.what === 'baud' ? [event.rate] : []));

test('a port is listed, opened at three baud rates, and carries every byte both ways', async ({ bench, launch }) => {
  bench.addSerial(ID, CP2102N, new EchoDevice());
  const page = await openPage(await launch({ origin: ORIGIN }));
  const ports = await page.evaluate(async () => (await navigator.serial.getPorts()).map((port) => port.getInfo()));
  expect(ports).toEqual([{ usbVendorId: CP2102N.vendorId, usbProductId: CP2102N.productId }]);

  const rates = [115_200, 921_600, 1_500_000];
  for (const baudRate of rates) {
    const echoed = await page.evaluate(async (baudRate) => {
      const port = await window.bench.port();
      await port.open({ baudRate });
      await window.bench.send(
        port,
        Uint8Array.from({ length: 256 }, (_, i) => i),
      );
      const echoed = await window.bench.read(port, 256);
      await port.close();
      return [...echoed];
    }, baudRate);
    expect(echoed).toEqual(Array.from({ length: 256 }, (_, i) => i));
  }
  expect(bauds(bench)).toEqual(rates);
});

test('opening raises both lines at once, then they change one at a time, DTR first', async ({ bench, launch }) => {
  bench.addSerial(ID, CP2102N, new EchoDevice());
  const page = await openPage(await launch({ origin: ORIGIN }));
  await page.evaluate(async () => {
    const port = await window.bench.port();
    await port.open({ baudRate: 115_200 });
    await port.setSignals({ dataTerminalReady: false, requestToSend: true });
    await port.setSignals({ requestToSend: false });
    await port.setSignals({ dataTerminalReady: true, requestToSend: true });
    await port.close();
  });
  await bench.until((event) => event.what === 'close');
  expect(lineChanges(bench.events)).toEqual(['DR', '-R', '-R', '--', 'D-', 'DR']);
});

test('a device sets the lines that a page reads', async ({ bench, launch }) => {
  const device = new EchoDevice();
  bench.addSerial(ID, CP2102N, device);
  const page = await openPage(await launch({ origin: ORIGIN }));
  await page.evaluate(async () => (await window.bench.port()).open({ baudRate: 115_200 }));
  device.port?.setInputs({ cts: true, dcd: true });
  // Bytes follow the line changes: once they have arrived, so have the lines.
  device.port?.write(Uint8Array.of(1));
  const signals = await page.evaluate(async () => {
    const port = await window.bench.port();
    await window.bench.read(port, 1);
    return port.getSignals();
  });
  expect(signals).toEqual({ clearToSend: true, dataCarrierDetect: true, dataSetReady: false, ringIndicator: false });
});

test('closing and reopening is seen in that order, however fast', async ({ bench, launch }) => {
  bench.addSerial(ID, CP2102N, new EchoDevice());
  const page = await openPage(await launch({ origin: ORIGIN }));
  await page.evaluate(async () => {
    const port = await window.bench.port();
    for (let i = 0; i < 50; i++) {
      await port.open({ baudRate: 115_200 + i });
      await window.bench.send(port, new Uint8Array(2000));
      await port.close();
    }
  });
  const isOpening = (event: BenchEvent) => event.what === 'open' || event.what === 'close';
  await expect.poll(() => bench.events.filter(isOpening).length).toBe(100);
  expect(bench.events.filter(isOpening).map(({ what }) => what)).toEqual(
    Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 'open' : 'close')),
  );
});

test('a megabyte goes each way without loss', async ({ bench, launch }) => {
  const size = 1 << 20;
  const device = new EchoDevice();
  bench.addSerial(ID, CP2102N, device);
  const page = await openPage(await launch({ origin: ORIGIN }));
  const intact = await page.evaluate(async (size) => {
    const port = await window.bench.port();
    await port.open({ baudRate: 921_600, bufferSize: 1 << 16 });
    const sent = Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
    const [, echoed] = await Promise.all([window.bench.send(port, sent), window.bench.read(port, size)]);
    await port.close();
    return echoed.length === size && echoed.every((byte, i) => byte === sent[i]);
  }, size);
  expect(intact).toBe(true);
});

test('a device is held back while the page does not read', async ({ bench, launch }) => {
  const device = new EchoDevice();
  bench.addSerial(ID, CP2102N, device);
  const page = await openPage(await launch({ origin: ORIGIN }));
  await page.evaluate(async () => (await window.bench.port()).open({ baudRate: 921_600, bufferSize: 4096 }));
  const block = new Uint8Array(1 << 16).fill(0x55);
  let written = 0;
  while (device.port?.write(block) === true) written += block.length;
  written += block.length;
  const drained = device.port?.drained();
  const read = await page.evaluate(async (size) => {
    const bytes = await window.bench.read(await window.bench.port(), size);
    return bytes.length === size && bytes.every((byte) => byte === 0x55);
  }, written);
  expect(read).toBe(true);
  await drained;
});

test('unplugged during a read: an error, one event; plugged in again, it works', async ({ bench, launch }) => {
  const silent = new EchoDevice();
  const heard = new Promise<void>((resolve) => {
    silent.data = () => resolve();
  });
  bench.addSerial(ID, CP2102N, silent);
  const page = await openPage(await launch({ origin: ORIGIN }));
  const pulled = page.evaluate(async () => {
    const port = await window.bench.port();
    await port.open({ baudRate: 115_200 });
    const reading = window.bench.readToEnd(port);
    await window.bench.send(port, [0]);
    const end = await reading;
    const events = [...(await window.bench.seen(1))];
    return { end, readable: port.readable, events, ports: (await navigator.serial.getPorts()).length };
  });
  await heard;
  await bench.remove(ID);
  expect(await pulled).toEqual({ end: 'NetworkError', readable: null, events: ['disconnect'], ports: 0 });

  bench.addSerial(ID, CP2102N, new EchoDevice());
  const again = await page.evaluate(async () => {
    const events = await window.bench.seen(2);
    const port = await window.bench.port();
    await port.open({ baudRate: 115_200 });
    await window.bench.send(port, [7, 8, 9]);
    const echoed = [...(await window.bench.read(port, 3))];
    await port.close();
    return { events, echoed };
  });
  expect(again).toEqual({ events: ['disconnect', 'connect'], echoed: [7, 8, 9] });
});

test('a port in use by another page cannot be opened until it is free', async ({ bench, launch }) => {
  bench.addSerial(ID, CP2102N, new EchoDevice());
  const context = await launch({ origin: ORIGIN });
  const [holder, other] = [await openPage(context), await openPage(context)];
  const open = async () => {
    const port = await window.bench.port();
    return port.open({ baudRate: 115_200 }).then(
      () => 'open',
      (error: unknown) => (error instanceof DOMException ? error.name : String(error)),
    );
  };
  expect(await holder.evaluate(open)).toBe('open');
  expect(await other.evaluate(open)).toBe('NetworkError');
  await holder.evaluate(async () => (await window.bench.port()).close());
  expect(await other.evaluate(open)).toBe('open');
});

test('requestPort gives the granted port that matches, only after a click', async ({ bench, launch }) => {
  bench.addSerial(ID, CP2102N, new EchoDevice());
  bench.addSerial('jtag', { ...CP2102N, node: 'ttyACM0', vendorId: 0x303a, productId: 0x1001 }, new EchoDevice());
  const context = await launch({ origin: ORIGIN });
  await useGrantedPort(context);
  const page = await openPage(context);
  await page.evaluate(() => {
    document.querySelector('button')?.addEventListener('click', () => {
      const asked = [0x303a, 0x10c4, 0xffff].map((usbVendorId) =>
        navigator.serial.requestPort({ filters: [{ usbVendorId }] }).then(
          (port) => String(port.getInfo().usbVendorId),
          (error: unknown) => (error instanceof DOMException ? error.name : String(error)),
        ),
      );
      void Promise.all(asked).then((answers) => (document.title = answers.join(' ')));
    });
  });
  await page.getByRole('button').click();
  await expect(page).toHaveTitle(`${0x303a} ${0x10c4} NotFoundError`);
});

test('an origin that is not granted sees no device', async ({ bench, launch }) => {
  bench.addSerial(ID, CP2102N, new EchoDevice());
  const page = await openPage(await launch({ origin: 'http://localhost:1234' }));
  expect(await page.evaluate(async () => (await navigator.serial.getPorts()).length)).toBe(0);
});
