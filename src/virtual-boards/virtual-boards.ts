/** The virtual boards that come with the app, as data: light enough for a page to list. */
import type { BoardQuirk, Link } from './esp/board.ts';
import type { FactoryOptions } from './esp/firmware/factory.ts';
import type { Protection } from './esp/fuses.ts';

/** A board that can be opened without hardware; `usb` identifies its serial adapter. */
export interface VirtualBoard {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  readonly usb: {
    readonly vendorId: number;
    readonly productId: number;
    readonly product: string;
    readonly serial: string;
  };
  readonly link: Link;
  readonly quirks: readonly BoardQuirk[];
  readonly protection: Protection;
  readonly mac: string;
  readonly flashId: number;
  readonly factory: FactoryOptions;
}

/** The name of a board's chip. */
export function chipNameOf({ factory }: Pick<VirtualBoard, 'factory'>) {
  return factory.chip ?? 'ESP32';
}

// Silicon Labs' own ids, as on Espressif's DevKitC.
const CP2102N = { vendorId: 0x10c4, productId: 0xea60, product: 'CP2102N USB to UART Bridge Controller' };
/** A Winbond W25Q32 as RDID answers, first byte lowest: EF 40 16. */
const W25Q32 = 0x1640ef;

/** A Winbond W25Q64, and a W25Q128. */
const W25Q64 = 0x1740ef;
const W25Q128 = 0x1840ef;
// ESP-IDF docs, "USB Serial/JTAG Controller Console"; its serial number is the chip's MAC.
const USB_SERIAL_JTAG = { vendorId: 0x303a, productId: 0x1001, product: 'USB JTAG/serial debug unit' };

/** Every virtual board: healthy ones first, starting with the one to try first. */
export const VIRTUAL_BOARDS: readonly VirtualBoard[] = [
  {
    id: 'esp32-raft',
    name: 'ESP32, 4 MB, Raft',
    summary: 'A working board: two OTA slots, raft-demo 1.4.2 in app0, settings in NVS, a LittleFS partition.',
    usb: { ...CP2102N, serial: 'virtual-0001' },
    link: 'bridge',
    quirks: [],
    protection: 'none',
    mac: '24:6f:28:ab:cd:ef',
    flashId: W25Q32,
    factory: {},
  },
  {
    id: 'esp32s3-raft',
    name: 'ESP32-S3, 8 MB, Raft',
    summary:
      'USB straight to the chip: the port vanishes for a moment at each restart. Two large OTA slots, raft-demo 1.4.2 in app0.',
    usb: { ...USB_SERIAL_JTAG, serial: '7C:DF:A1:E0:53:01' },
    link: 'usb-serial-jtag',
    quirks: ['usb-drops-on-reset'],
    protection: 'none',
    mac: '7c:df:a1:e0:53:01',
    flashId: W25Q64,
    factory: { chip: 'ESP32-S3', layout: 'raft-ota-8mb', flashMegabytes: 8 },
  },
  {
    id: 'esp32c3-raft',
    name: 'ESP32-C3, 4 MB, one app',
    summary: 'A small board with a single app slot: an update overwrites the only app. raft-demo 1.4.2 in factory.',
    usb: { ...CP2102N, serial: 'virtual-0005' },
    link: 'bridge',
    quirks: [],
    protection: 'none',
    mac: '84:f7:03:5c:30:01',
    flashId: W25Q32,
    factory: { chip: 'ESP32-C3', layout: 'raft-single' },
  },
  {
    id: 'esp32c6-idf',
    name: 'ESP32-C6, 4 MB, ESP-IDF',
    summary:
      'The layout that comes with ESP-IDF: a factory app and two OTA slots, none of them chosen yet. USB in the chip.',
    usb: { ...USB_SERIAL_JTAG, serial: '40:4C:CA:C6:00:01' },
    link: 'usb-serial-jtag',
    quirks: [],
    protection: 'none',
    mac: '40:4c:ca:c6:00:01',
    flashId: W25Q32,
    factory: { chip: 'ESP32-C6', layout: 'idf-two-ota' },
  },
  {
    id: 'esp32c3-secure-download',
    name: 'ESP32-C3 in Secure Download Mode',
    summary: 'Its fuses let a flasher write, and nothing else: the board can be neither read nor checked afterwards.',
    usb: { ...CP2102N, serial: 'virtual-0006' },
    link: 'bridge',
    quirks: [],
    protection: 'secure-download',
    mac: '84:f7:03:5c:30:02',
    flashId: W25Q32,
    factory: { chip: 'ESP32-C3', layout: 'raft-single' },
  },
  {
    id: 'esp32-encrypted',
    name: 'ESP32 with flash encryption',
    summary:
      'What is on its flash can be read by this chip only. It is in development mode: it still encrypts what a flasher asks it to.',
    usb: { ...CP2102N, serial: 'virtual-0007' },
    link: 'bridge',
    quirks: [],
    protection: 'encryption-development',
    mac: '24:6f:28:ab:cd:f3',
    flashId: W25Q32,
    factory: { layout: 'raft-ota-secrets' },
  },
  {
    id: 'esp32-16mb-header-4mb',
    name: 'ESP32 with 16 MB under a 4 MB header',
    summary:
      'The chip has 16 MB, the header of its old bootloader (ESP-IDF 4.4) says 4 MB: the board starts, and three quarters lie idle.',
    usb: { ...CP2102N, serial: 'virtual-0008' },
    link: 'bridge',
    quirks: [],
    protection: 'none',
    mac: '24:6f:28:ab:cd:f4',
    flashId: W25Q128,
    factory: { flashMegabytes: 16, headerMegabytes: 4, bootloaderIdf: 'v4.4.4' },
  },
  {
    id: 'esp32-damaged-table',
    name: 'ESP32 with a damaged partition table',
    summary: 'One byte of the table is wrong, so its MD5 does not fit and the board does not boot.',
    usb: { ...CP2102N, serial: 'virtual-0002' },
    link: 'bridge',
    quirks: [],
    protection: 'none',
    mac: '24:6f:28:ab:cd:f0',
    flashId: W25Q32,
    factory: { damagedTable: true },
  },
  {
    id: 'esp32-small-header',
    name: 'ESP32 whose bootloader says 2 MB',
    summary: 'The chip has 4 MB, the bootloader header says 2 MB: the table exceeds it, and the board does not boot.',
    usb: { ...CP2102N, serial: 'virtual-0003' },
    link: 'bridge',
    quirks: [],
    protection: 'none',
    mac: '24:6f:28:ab:cd:f1',
    flashId: W25Q32,
    factory: { headerMegabytes: 2 },
  },
  {
    id: 'esp32-otadata-lost',
    name: 'ESP32 with unusable otadata',
    summary: 'Both otadata records have a wrong CRC: the bootloader tries every slot and finds app0.',
    usb: { ...CP2102N, serial: 'virtual-0004' },
    link: 'bridge',
    quirks: [],
    protection: 'none',
    mac: '24:6f:28:ab:cd:f2',
    flashId: W25Q32,
    factory: { otadataLost: true },
  },
];
