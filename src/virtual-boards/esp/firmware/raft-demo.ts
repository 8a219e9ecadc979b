import type { ImageChip } from './app-image.ts';
import { buildAppImage } from './app-image.ts';

const COMMON = { project: 'raft-demo', idf: 'v5.3.1', seed: 14 } as const;

/** Made once: filling and hashing 600 KiB takes longer than a whole job on a board whose clock jumps. */
const made = new Map<ImageChip, Uint8Array>();

/** The app that most virtual boards leave the factory with: raft-demo 1.4.2, 600 KiB; for an ESP32 unless told. */
export function raftDemo142(chipId: ImageChip = 0): Uint8Array {
  const image = made.get(chipId) ?? buildRaftDemo142(chipId);
  made.set(chipId, image);
  return image.slice();
}

function buildRaftDemo142(chipId: ImageChip): Uint8Array {
  // The parts are given one by one so that the next version can keep the places of those that do not grow.
  return buildAppImage({
    ...COMMON,
    chipId,
    version: '1.4.2',
    date: 'Jan  5 2026',
    time: '10:00:00',
    segments: { drom: 0x1e000, dram: 0x3000, irom: 0x5ffe0, iram: 0x5fa0 },
  });
}

/** Its update, raft-demo 1.5.0, 620 KiB: some 4 KiB units differ, others are the same as in 1.4.2. */
export function raftDemo150(chipId: ImageChip = 0): Uint8Array {
  return buildAppImage({
    ...COMMON,
    chipId,
    version: '1.5.0',
    date: 'Mar 16 2026',
    time: '09:30:00',
    segments: { drom: 0x1e000, dram: 0x3000, irom: 0x64fe0, iram: 0x5fa0 },
    change: { seed: 15, oneIn: 12 },
  });
}
