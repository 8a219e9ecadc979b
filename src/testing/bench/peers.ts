/** The peers as published, on the same virtual boards and through the same ports as the app. */
import { WebDFU } from 'dfu';
import { ESPLoader, Transport } from 'esptool-js';
import type { Clock } from '../../flash/clock.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { onBoardTime } from './board-time.ts';
import type { Placed } from './limit.ts';

const SILENT = { clean: () => undefined, write: () => undefined, writeLine: () => undefined };

/** esptool-js on a board. Tracing is off, which would write every byte to the console. */
export interface EspPeer {
  readonly loader: ESPLoader;
  /** `writeFlash` with its MD5. */
  write(images: readonly Placed[]): Promise<void>;
  read(address: number, size: number): Promise<Uint8Array>;
}

/** Connects by `main()`: reset, chip, stub, baud rate, flash id. Everything of it runs on the board's clock. */
export async function connectPeer(port: SerialPort, clock: Clock, baudrate: number): Promise<EspPeer> {
  const loader = new ESPLoader({ transport: new Transport(port, false), baudrate, terminal: SILENT });
  await onBoardTime(clock, () => loader.main());
  return {
    loader,
    write: (images) =>
      onBoardTime(clock, () =>
        loader.writeFlash({
          fileArray: images.map(({ address, data }) => ({ address, data })),
          flashSize: 'keep',
          flashMode: 'keep',
          flashFreq: 'keep',
          eraseAll: false,
          compress: true,
          calculateMD5Hash: md5Hex,
        }),
      ),
    read: (address, size) => onBoardTime(clock, () => loader.readFlash(address, size)),
  };
}

/** Writes bytes from an address on with the `dfu` package; resolves to null, or to what it ended in instead. */
export function dfuPeerWrite(usb: USBDevice, clock: Clock, address: number, data: Uint8Array): Promise<string | null> {
  return onBoardTime(clock, async () => {
    const dfu = new WebDFU(
      usb,
      { forceInterfacesName: true },
      { info: () => undefined, warning: () => undefined, progress: () => undefined },
    );
    try {
      await dfu.init();
      await dfu.connect(0);
      dfu.dfuseStartAddress = address;
      const { buffer } = Uint8Array.from(data);
      const size = dfu.properties?.TransferSize ?? 0;
      await new Promise<void>((resolve, reject) => {
        const { events } = dfu.write(size, buffer, true);
        events.on('end', resolve);
        events.on('error', reject);
      });
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
}
