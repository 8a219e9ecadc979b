/** The part of `measure-store.ts` that runs in the browser: in a worker, like the app's own store. */
import type { Content, Fact } from '../src/flash/journal.ts';
import { browserClock } from '../src/browser/clock.ts';
import { openStore } from '../src/storage/browser-store.ts';
import { browserDatabase } from '../src/storage/database.ts';
import { memoryLocks } from '../src/storage/locks.ts';
import { backup, job, unit } from '../src/testing/storage/records.ts';

const MIB = 0x100000;
const figures: Record<string, number> = {};

async function time<T>(what: string, work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await work();
  figures[what] = performance.now() - from;
  return result;
}

/** Contents that do not compress. */
function noise(name: string, count: number, size: number): Content[] {
  return Array.from({ length: count }, (_, i) => {
    const data = new Uint8Array(size);
    for (let at = 0; at < size; at += 0x10000) crypto.getRandomValues(data.subarray(at, at + 0x10000));
    return { md5: `${name} ${i}`.padEnd(32, '.'), data };
  });
}

const md5s = (contents: readonly Content[]) => contents.map(({ md5 }) => md5);

const name = `measured ${crypto.randomUUID()}`;
const store = await openStore(browserDatabase(name, browserClock), memoryLocks());
const kept = await store.storage();
if (kept.kind === 'tab') throw new Error(kept.why?.says);
const [small, large] = [noise('small', 4096, 4096), noise('large', 8, MIB / 8)];

await time('open a job with 4096 contents of 4 KiB (16 MiB), one strict transaction', () =>
  store.openJob(job('small', md5s(small)), small, md5s(small)),
);
await time('open a job with 8 contents of 128 KiB (1 MiB), one strict transaction', () =>
  store.openJob(job('large', md5s(large)), large, md5s(large)),
);
await time('ask which of 4096 contents are there', () => store.have(md5s(small)));
await time('append 1000 digests one by one, relaxed', async () => {
  for (let i = 0; i < 1000; i++) {
    const digest: Fact = { fact: 'digest', unit: unit(i), md5: 'd41d8cd98f00b204e9800998ecf8427e' };
    await store.append('small', i, [digest]);
  }
});
await time('append 100 intents of 32 units one by one, strict', async () => {
  const units = Array.from({ length: 32 }, (_, i) => unit(i));
  for (let run = 0; run < 100; run++) await store.append('small', 1000 + run, [{ fact: 'intent', run, units }]);
});
await time('read 1100 facts', () => store.facts('small'));
await time('read the records of both jobs', () => store.jobs());
await time('read 16 MiB back, content by content', async () => {
  for (const { md5 } of small) await store.content(md5);
});
await time('read 16 MiB back, 32 contents at a time', async () => {
  for (let i = 0; i < small.length; i += 32)
    await Promise.all(small.slice(i, i + 32).map(({ md5 }) => store.content(md5)));
});
await time('put a backup of what is there already, and sweep', () => store.putBackup(backup('backup', md5s(small))));
await time('remove the job of 1 MiB, and sweep', () => store.remove('large'));
await store.remove('backup');
await time('remove the job of 16 MiB, and sweep', () => store.remove('small'));

const root = await navigator.storage.getDirectory();
const file = await root.getFileHandle(name, { create: true });
const handle = await file.createSyncAccessHandle();
await time('write 16 MiB into one file of its own, 4 KiB at a time, and flush', async () => {
  for (const [i, { data }] of small.entries()) handle.write(new Uint8Array(data), { at: i * 4096 });
  handle.flush();
});
await time('append 100 records of 4 KiB to that file, with a flush each', async () => {
  for (const [i, { data }] of small.slice(0, 100).entries()) {
    handle.write(new Uint8Array(data), { at: 16 * MIB + i * 4096 });
    handle.flush();
  }
});
await time('read 16 MiB back from that file, 4 KiB at a time', async () => {
  const data = new Uint8Array(4096);
  for (let i = 0; i < small.length; i++) handle.read(data, { at: i * 4096 });
});
handle.close();
await root.removeEntry(name);

postMessage(figures);
