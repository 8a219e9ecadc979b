/** Fifteen damages to Espressif boards. */
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { raftDemo142, raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import type { MadeBoard } from '../../virtual-boards/catalogue.ts';
import type { EspDamage } from './damage.ts';
import { flip } from './damage.ts';

const UNIT = 0x1000;
const TABLE = 0x8000;
const ROW = 32;
/** Raft's layout of 4 MiB, and that of 8 MiB: what lies where. */
const RAFT = { nvs: 0x9000, otadata: 0x1e000, app0: 0x20000, app1: 0x1d0000, fs: 0x380000 } as const;
const S3_APP1 = 0x320000;
const WRONG = { crc: 0x0badc0de };
const ABORTED = 4;
const VALID = 2;
/** Chip ids of image headers. */
const [ESP32, C3, S3, C6] = [0, 5, 9, 13] as const;

function blank(flash: MadeBoard['flash'], from: number, to: number): void {
  flash.load(from, new Uint8Array(to - from).fill(0xff));
}

/** Puts a whole app into the second slot; the factory's is in the first, which starts. */
function twoApps({ flash }: MadeBoard, second: number, chipId: 0 | 9 = ESP32): void {
  flash.load(second, raftDemo150(chipId));
}

const table = [[TABLE, TABLE + UNIT]] as const;
const otadata = [[RAFT.otadata, RAFT.otadata + 2 * UNIT]] as const;

/** The damages. */
export const ESP_DAMAGES: readonly EspDamage[] = [
  {
    name: 'table gone',
    board: 'esp32-raft',
    family: 'esp',
    truth: 'The erase unit of the partition table was erased and never written again.',
    happens: ({ flash }) => blank(flash, TABLE, TABLE + UNIT),
    said: { kind: 'table-blank', within: [TABLE, TABLE + UNIT] },
    end: { starts: RAFT.app0, cure: { take: 'the proposed table' }, changes: table },
  },
  {
    name: 'table half written',
    board: 'esp32s3-raft',
    family: 'esp',
    truth:
      'Writing the table stopped 8 bytes into its third row: that row has no size and no name, and the rest is erased.',
    happens: ({ flash }) => blank(flash, TABLE + 2 * ROW + 8, TABLE + UNIT),
    said: { kind: 'partition-past-flash', within: [RAFT.app0, RAFT.app1] },
    end: { starts: RAFT.app0, cure: { take: 'the proposed table' }, changes: table },
  },
  {
    name: 'wrong MD5',
    board: 'esp32c3-raft',
    family: 'esp',
    truth: 'One bit in the name of the fourth row is wrong, so the MD5 does not fit.',
    happens: ({ flash }) => flip(flash, TABLE + 3 * ROW + 12, 0x20),
    said: { kind: 'table-md5-wrong', within: [TABLE, TABLE + UNIT] },
    end: { starts: 0x100000, cure: { take: '' }, changes: table },
  },
  {
    name: 'bootloader gone',
    board: 'esp32c3-raft',
    family: 'esp',
    truth: 'The place of the bootloader was erased.',
    happens: ({ flash }) => blank(flash, 0, TABLE),
    said: { kind: 'bootloader-blank', within: [0, UNIT] },
    end: {
      starts: 0x100000,
      cure: { drop: [{ name: 'bootloader.bin', data: buildBootloaderImage({ flashMegabytes: 4, chipId: C3 }) }] },
      changes: [[0, TABLE]],
    },
  },
  {
    name: 'bootloader of another chip',
    board: 'esp32-raft',
    family: 'esp',
    truth: 'The bootloader is one for the ESP32-C3.',
    happens: ({ flash }) => {
      blank(flash, UNIT, TABLE);
      flash.load(UNIT, buildBootloaderImage({ flashMegabytes: 4, chipId: C3 }));
    },
    said: { kind: 'bootloader-missing', within: [UNIT, TABLE] },
    end: {
      starts: RAFT.app0,
      cure: { drop: [{ name: 'bootloader.bin', data: buildBootloaderImage({ flashMegabytes: 4 }) }] },
      changes: [[UNIT, TABLE]],
    },
  },
  {
    name: 'header of another flash size',
    board: 'esp32-raft',
    family: 'esp',
    truth: 'The bootloader’s header says 2 MiB, and the table reaches to 4 MiB.',
    happens: ({ flash }) => {
      blank(flash, UNIT, TABLE);
      flash.load(UNIT, buildBootloaderImage({ flashMegabytes: 2 }));
    },
    said: { kind: 'partition-past-header-size', within: [RAFT.app1, RAFT.fs] },
    end: { starts: RAFT.app0, cure: { take: 'Set the header’s flash size' }, changes: [[UNIT, TABLE]] },
  },
  {
    name: 'otadata both bad',
    board: 'esp32-raft',
    family: 'esp',
    truth: 'Both entries of otadata have a wrong CRC, so no slot is selected.',
    happens: ({ flash }) => flash.load(RAFT.otadata, buildOtadata({ seq: 1, ...WRONG }, { seq: 2, ...WRONG })),
    said: { kind: 'otadata-unusable', within: [RAFT.otadata, RAFT.app0] },
    end: { starts: RAFT.app0, cure: { take: 'Select app0 in otadata' }, changes: otadata },
  },
  {
    name: 'otadata pending-verify loop',
    board: 'esp32-raft',
    family: 'esp',
    truth: 'The app in app1 never confirmed that it works, so the bootloader aborted its entry and starts app0.',
    happens: (board) => {
      twoApps(board, RAFT.app1);
      board.flash.load(RAFT.otadata, buildOtadata({ seq: 1, state: VALID }, { seq: 2, state: ABORTED }));
    },
    said: { kind: 'otadata-rolled-back', within: [RAFT.otadata + UNIT, RAFT.app0] },
    end: { starts: RAFT.app1, cure: { take: 'Start app1' }, changes: otadata },
  },
  {
    name: 'app torn',
    board: 'esp32-raft',
    family: 'esp',
    truth: 'An update stopped in the middle of app0: one of its erase units is blank. app1 is whole.',
    happens: (board) => {
      twoApps(board, RAFT.app1);
      blank(board.flash, RAFT.app0 + 0x40000, RAFT.app0 + 0x40000 + UNIT);
    },
    said: { kind: 'image-hash-wrong', within: [RAFT.app0, RAFT.app1] },
    end: { starts: RAFT.app1, cure: { take: 'Select app1 in otadata' }, changes: otadata, still: true },
  },
  {
    name: 'app for another chip',
    board: 'esp32s3-raft',
    family: 'esp',
    truth: 'app0 holds an app for the ESP32-C3. app1 holds one for this chip.',
    happens: (board) => {
      twoApps(board, S3_APP1, S3);
      board.flash.load(RAFT.app0, raftDemo142(C3));
    },
    said: { kind: 'app-for-another-chip', within: [RAFT.app0, RAFT.app1] },
    end: { starts: S3_APP1, cure: { take: 'Select app1 in otadata' }, changes: otadata, still: true },
  },
  {
    name: 'app larger than its slot',
    board: 'esp32c6-idf',
    family: 'esp',
    truth: 'The factory app is 1.25 MiB long, and its partition has 1 MiB: its end lies in ota_0.',
    happens: ({ flash }) =>
      flash.load(0x10000, buildAppImage({ project: 'large', version: '1', seed: 5, size: 0x140000, chipId: C6 })),
    said: { kind: 'app-larger-than-slot', within: [0x10000, 0x110000] },
    end: {
      starts: 0x10000,
      cure: { drop: [{ name: 'raft-demo.bin', data: raftDemo142(C6) }] },
      changes: [[0x10000, 0x110000]],
    },
  },
  {
    name: 'NVS torn page',
    board: 'esp32-raft',
    family: 'esp',
    truth: 'The header of the first page of settings was only half written.',
    happens: ({ flash }) => flash.load(RAFT.nvs + UNIT, Uint8Array.of(0xfe, 0xff, 0xff, 0xff, 1, 0, 0, 0)),
    said: { kind: 'nvs-page-corrupt', within: [RAFT.nvs + UNIT, RAFT.nvs + 2 * UNIT] },
    prints: /nvs: ssid=workshop/,
    end: { starts: RAFT.app0, cure: { take: '' }, changes: [[RAFT.nvs, RAFT.otadata]] },
  },
  {
    name: 'NVS bad CRC',
    board: 'esp32-raft',
    family: 'esp',
    truth: 'One bit of a setting is wrong, so its CRC does not fit.',
    happens: ({ flash }) => flip(flash, RAFT.nvs + 64 + 32 * 5 + 24, 0x01),
    said: { kind: 'nvs-entry-damaged', within: [RAFT.nvs, RAFT.nvs + UNIT] },
    prints: /nvs: ssid=workshop/,
    end: { starts: RAFT.app0, cure: { take: '' }, changes: [[RAFT.nvs, RAFT.otadata]] },
  },
  {
    name: 'LittleFS both superblocks torn',
    board: 'esp32-raft',
    family: 'esp',
    truth: 'Both copies of the superblock are only half written, so no firmware mounts the file system.',
    happens: ({ flash }) => {
      for (const at of [RAFT.fs, RAFT.fs + UNIT]) blank(flash, at + 16, at + UNIT);
    },
    said: { kind: 'littlefs-no-superblock', within: [RAFT.fs, RAFT.fs + UNIT] },
    prints: /fs: mounted/,
    end: { starts: RAFT.app0, cure: { take: '' }, changes: [[RAFT.fs, RAFT.fs + 0x80000]] },
  },
  {
    name: 'encrypted board given a plain app',
    board: 'esp32-encrypted',
    family: 'esp',
    truth: 'app0 was overwritten with an unencrypted app, which the chip decrypts to garbage.',
    happens: ({ flash }) => flash.load(RAFT.app0, raftDemo142()),
    said: { kind: 'plain-app-on-encrypting-chip', within: [RAFT.app0, RAFT.app1] },
    end: { never: 'fuse', says: /flash encryption is on: the chip decrypts it/ },
  },
];
