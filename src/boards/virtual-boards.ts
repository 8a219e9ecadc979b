/** The virtual boards that come with the app, as data: light enough for a page to list them. */
import type { FactoryOptions } from './esp32/firmware/factory.ts';

/** A board that can be opened without one on the table; `usb` is what its serial adapter says of itself. */
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
  readonly mac: string;
  readonly flashId: number;
  readonly factory: FactoryOptions;
}

// Silicon Labs' own ids, as on Espressif's DevKitC.
const CP2102N = { vendorId: 0x10c4, productId: 0xea60, product: 'CP2102N USB to UART Bridge Controller' };
/** A Winbond W25Q32 as RDID answers, first byte lowest: EF 40 16. */
const W25Q32 = 0x1640ef;

/** Every virtual board, the sound one first. */
export const VIRTUAL_BOARDS: readonly VirtualBoard[] = [
  {
    id: 'esp32-raft',
    name: 'ESP32, 4 MB, Raft',
    summary:
      'A sound board, as it leaves the bench: two OTA slots, raft-demo 1.4.2 in app0, settings in NVS, a LittleFS partition.',
    usb: { ...CP2102N, serial: 'virtual-0001' },
    mac: '24:6f:28:ab:cd:ef',
    flashId: W25Q32,
    factory: {},
  },
  {
    id: 'esp32-damaged-table',
    name: 'ESP32 with a damaged partition table',
    summary: 'One byte of the table is wrong, so its MD5 does not fit and the board does not boot.',
    usb: { ...CP2102N, serial: 'virtual-0002' },
    mac: '24:6f:28:ab:cd:f0',
    flashId: W25Q32,
    factory: { damagedTable: true },
  },
  {
    id: 'esp32-small-header',
    name: 'ESP32 whose bootloader says 2 MB',
    summary: 'The chip has 4 MB, the bootloader header says 2 MB: the table exceeds it, and the board does not boot.',
    usb: { ...CP2102N, serial: 'virtual-0003' },
    mac: '24:6f:28:ab:cd:f1',
    flashId: W25Q32,
    factory: { headerMegabytes: 2 },
  },
  {
    id: 'esp32-otadata-lost',
    name: 'ESP32 with unusable otadata',
    summary: 'Both otadata records have a wrong CRC: the bootloader tries every slot and finds app0.',
    usb: { ...CP2102N, serial: 'virtual-0004' },
    mac: '24:6f:28:ab:cd:f2',
    flashId: W25Q32,
    factory: { otadataLost: true },
  },
];
