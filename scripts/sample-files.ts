import { buildAppImage } from '../src/boards/esp32/firmware/app-image.ts';
import { raftDemo150 } from '../src/boards/esp32/firmware/raft-demo.ts';

/** The sample files by name: an update for the virtual ESP32, and an app for another chip. */
export function sampleFiles(): Map<string, Uint8Array> {
  return new Map([
    ['raft-demo-1.5.0.bin', raftDemo150()],
    ['hello-s3.bin', buildAppImage({ project: 'hello-s3', version: '0.3.0', chipId: 9, size: 0x8000, seed: 33 })],
  ]);
}
