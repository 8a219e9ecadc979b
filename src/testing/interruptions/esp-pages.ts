/** Virtual Espressif boards behind the app's own driver, each on a freshly opened page. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { makeBoard } from '../../virtual-boards/catalogue.ts';
import { bootDecision } from '../../virtual-boards/esp/boot.ts';
import { CHIPS } from '../../virtual-boards/esp/chips/index.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { VirtualSerialPort } from '../../virtual-boards/serial-port.ts';
import type { VirtualBoard } from '../../virtual-boards/virtual-boards.ts';
import { chipNameOf } from '../../virtual-boards/virtual-boards.ts';
import { connectEsp } from '../../esp/loader/connect.ts';
import { espFamily } from '../../esp/family.ts';
import { SPEED } from '../../esp/board/setting-ids.ts';
import { linkLost } from '../../esp/loader/transport.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { Session } from '../../session/session.ts';
import { reappearance } from '../esp/world.ts';
import type { Boot, BoardKind, HookedMemory } from './page.ts';
import { backupsIn, careless, restarting } from './page.ts';

/** The chip's number in image headers. */
export const CHIP_IDS = { ESP32: 0, 'ESP32-S3': 9, 'ESP32-C3': 5, 'ESP32-C6': 13 } as const;

const FACTORY_APP = 0xa0000;

/** An Espressif board of the catalogue on the program's one clock; without `stub` with the ROM loader alone. */
export function espKind(entry: VirtualBoard, clock: Clock, stub = true): BoardKind {
  const chipName = chipNameOf(entry);
  const chip = CHIPS[chipName];
  const isProtected = entry.protection !== 'none';
  let bench: Uint8Array | null = null;
  return {
    id: stub ? entry.id : `${entry.id}-rom-alone`,
    proves: !isProtected,
    few:
      isProtected ||
      !stub ||
      Object.keys(entry.factory).some((key) => !['chip', 'layout', 'flashMegabytes'].includes(key)),
    open: (parts) => {
      const { store, careless: spills = false } = parts;
      const made = makeBoard(entry.id, clock);
      const { flash, board, usb } = made;
      if (!isProtected) flash.load(0, (bench ??= withSmallApp(flash.snapshot(), CHIP_IDS[chipName])));
      const port = new VirtualSerialPort(board, { clock, usbVendorId: usb.vendorId, usbProductId: usb.productId });
      const comesBack = () => reappearance(port, clock);
      const session = new Session({
        family: espFamily,
        connect: async (cancel, onSay) => {
          const device = await connectEsp(port, {
            clock,
            chosen: { [SPEED]: '921600' },
            stub,
            comesBack,
            cancel,
            onSay,
          });
          return restarting(spills ? careless(device) : device, parts);
        },
        md5: md5Hex,
        version: 'test',
        now: () => clock.now(),
        clock,
        newId: () => crypto.randomUUID(),
        store,
        backup: backupsIn(store),
        onState: () => undefined,
      });
      port.addEventListener('disconnect', () => session.lost(linkLost().facts));
      const memory: HookedMemory = {
        start: 0,
        size: flash.size,
        read: (address, size) => flash.read(address, size),
        load: (address, bytes) => flash.load(address, bytes),
        get faults() {
          return flash.faults;
        },
        set faults(faults) {
          flash.faults = faults;
        },
      };
      const boot = async (): Promise<Boot> => {
        const plain = { size: flash.size, read: (at: number, size: number) => made.plain(at, size) };
        const { booted, running, reason } = bootDecision(plain, { chip });
        if (booted === null || !running) return { kind: 'nothing', app: null, says: reason };
        const size = imageSize((at, length) => made.plain(booted + at, length));
        return { kind: 'app', app: { offset: booted, size }, says: reason };
      };
      const cable = { unplug: () => port.unplug(), plug: () => port.plug() };
      return { session, store, memories: [memory], violations: () => flash.violations.length, boot, cable };
    },
  };
}

/** Every boot hashes the factory app of 600 KiB: replaced by a small one. */
function withSmallApp(flash: Uint8Array, chipId: (typeof CHIP_IDS)[keyof typeof CHIP_IDS]): Uint8Array {
  const at = [0x10000, 0x20000, 0x100000].find((offset) => flash[offset] === 0xe9);
  if (at === undefined) return flash;
  flash.fill(0xff, at, at + FACTORY_APP);
  flash.set(buildAppImage({ project: 'raft-demo', version: '1.4.2', seed: 14, chipId, size: 0x10000 }), at);
  return flash;
}

/** The length of an image computed from its segments, with checksum and digest. */
function imageSize(read: (at: number, size: number) => Uint8Array): number {
  const [, segments = 0] = read(0, 24);
  let at = 24;
  for (let n = 0; n < segments; n++) {
    const head = read(at, 8);
    at += 8 + new DataView(head.buffer, head.byteOffset).getUint32(4, true);
  }
  return at + 16 - (at % 16) + 32;
}
