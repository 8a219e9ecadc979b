import { zipSync } from 'fflate';
import { buildAppImage } from '../src/virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../src/virtual-boards/esp/firmware/bootloader-image.ts';
import { buildOtadata } from '../src/virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../src/virtual-boards/esp/firmware/partition-table.ts';
import { raftDemo150 } from '../src/virtual-boards/esp/firmware/raft-demo.ts';
import { sampleApplication } from '../src/virtual-boards/dfu/firmware/sample.ts';
import { elfFile, esp32Sections, hexFile, joined, text, uf2Blocks } from '../src/testing/esp/archives.ts';

const APP_AT = 0x20000;
/** A layout whose app slots are smaller than a debug build. */
const SMALL_SLOTS = RAFT_OTA_ROWS.map((row) => ({ ...row, ...(row.type === 0 && { size: 0x10000 }) }));
/** In the machine's time zone, as in an archive: the same bytes wherever it is made. */
const mtime = new Date(2026, 0, 5, 10);

/** The sample files by name: an update for the virtual ESP32, one for the Photon and the Electron each, an app for another chip, a small app in every format, and a build that does not fit. */
export function sampleFiles(): Map<string, Uint8Array> {
  const helloS3 = buildAppImage({ project: 'hello-s3', version: '0.3.0', chipId: 9, size: 0x8000, seed: 33 });
  const blinky = buildAppImage({ project: 'blinky', version: '1.0.0', size: 0x4000, seed: 41 });
  const large = buildAppImage({ project: 'blinky-debug', version: '1.0.0', size: 0x14000, seed: 42 });
  const parts = [
    ['0x1000', 'bootloader/bootloader.bin', buildBootloaderImage({ flashMegabytes: 4 })],
    ['0x8000', 'partition_table/partition-table.bin', buildPartitionTable(RAFT_OTA_ROWS)],
    ['0x1e000', 'ota_data_initial.bin', buildOtadata({ seq: 1 }, null)],
    ['0x20000', 'blinky.bin', blinky],
  ] as const;
  const flasherArgs = {
    write_flash_args: ['--flash_mode', 'dio', '--flash_size', '4MB', '--flash_freq', '40m'],
    flash_settings: { flash_mode: 'dio', flash_size: '4MB', flash_freq: '40m' },
    flash_files: Object.fromEntries(parts.map(([offset, path]) => [offset, path])),
    extra_esptool_args: { after: 'hard_reset', before: 'default_reset', stub: true, chip: 'esp32' },
  };
  const manifest = {
    name: 'Blinky',
    version: '1.0.0',
    builds: [
      { chipFamily: 'ESP32', parts: [{ path: 'blinky.bin', offset: APP_AT }] },
      { chipFamily: 'ESP32-S3', parts: [{ path: 'hello-s3.bin', offset: 0x10000 }] },
    ],
  };
  const build = Object.fromEntries(parts.map(([, path, data]) => [`build/${path}`, data]));
  const tooLarge = {
    'build/partition_table/partition-table.bin': buildPartitionTable(SMALL_SLOTS),
    'build/blinky.bin': large,
  };
  const list = { 'build/flasher_args.json': text(`${JSON.stringify(flasherArgs, null, 2)}\n`) };
  const web = { 'manifest.json': text(`${JSON.stringify(manifest, null, 2)}\n`), 'blinky.bin': blinky };
  return new Map([
    ['raft-demo-1.5.0.bin', raftDemo150()],
    ['photon-app-v7.bin', sampleApplication('photon')],
    ['electron-app-v7.bin', sampleApplication('electron')],
    ['hello-s3.bin', helloS3],
    ['blinky.hex', text(hexFile([[APP_AT, blinky]]))],
    ['blinky.uf2', joined([...uf2Blocks(APP_AT, blinky), ...uf2Blocks(0x10000, helloS3, { family: 0xc47e5767 })])],
    ['blinky.elf', elfFile({ sections: esp32Sections('blinky') })],
    ['blinky-idf-build.zip', zipSync({ ...list, ...build }, { mtime })],
    ['blinky-too-large-build.zip', zipSync({ ...list, ...build, ...tooLarge }, { mtime })],
    ['blinky-web-tools.zip', zipSync({ ...web, 'hello-s3.bin': helloS3 }, { mtime })],
  ]);
}
