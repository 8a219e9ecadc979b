import type { ImageChip } from './app-image.ts';
import { buildAppImage } from './app-image.ts';

const COMMON = { project: 'raft-demo', idf: 'v5.3.1', seed: 14 } as const;

/** Built once: filling and hashing 600 KiB takes longer than a whole job on a board with a jumping clock. */
const made = new Map<string, Uint8Array>();

function copyOf(version: string, chipId: ImageChip, build: () => Uint8Array): Uint8Array {
  const key = `${version} ${chipId}`;
  const image = made.get(key) ?? build();
  made.set(key, image);
  return image.slice();
}

/** The factory app of most virtual boards: raft-demo 1.4.2, 600 KiB; by default for an ESP32. */
export function raftDemo142(chipId: ImageChip = 0): Uint8Array {
  // Explicit part sizes, so that the parts that do not grow keep their place in the next version.
  return copyOf('1.4.2', chipId, () =>
    buildAppImage({
      ...COMMON,
      chipId,
      version: '1.4.2',
      date: 'Jan  5 2026',
      time: '10:00:00',
      segments: { drom: 0x1e000, dram: 0x3000, irom: 0x5ffe0, iram: 0x5fa0 },
    }),
  );
}

/** Its update, raft-demo 1.5.0, 620 KiB: some 4 KiB units differ, others are the same as in 1.4.2. */
export function raftDemo150(chipId: ImageChip = 0): Uint8Array {
  return copyOf('1.5.0', chipId, () =>
    buildAppImage({
      ...COMMON,
      chipId,
      version: '1.5.0',
      date: 'Mar 16 2026',
      time: '09:30:00',
      segments: { drom: 0x1e000, dram: 0x3000, irom: 0x64fe0, iram: 0x5fa0 },
      change: { seed: 15, oneIn: 12 },
    }),
  );
}
