/** Contents that are explained, through the whole app: a core dump and the certificates of a device. */
import { expect, test } from 'vitest';
import type { ExplainedContent } from '../../flash/partition-contents.ts';
import { readAppDescription } from '../../formats/app-header.ts';
import { buildCoreDump } from '../../virtual-boards/esp/firmware/core-dump.ts';
import { buildPartitionTable, RAFT_SINGLE_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildSecureCert } from '../../virtual-boards/esp/firmware/secure-cert.ts';
import { RISCV_CRASH } from '../contents/core-dumps.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { openWorld } from '../esp/world.ts';
import type { World } from '../esp/world.ts';

const FACTORY = 0x100000;
const CORE_DUMP = { label: 'coredump', type: 1, subtype: 3, offset: 0x300000, size: 0x10000 };
const SECURE_CERT = { label: 'esp_secure_cert', type: 0x3f, subtype: 0, offset: 0x310000, size: 0x2000 };

/** A connected ESP32-C3 with both partitions behind those that it has. */
async function connected(coreDump: (elfSha256: string) => Uint8Array): Promise<World> {
  const world = openWorld('esp32c3-raft');
  const { flash } = world.made;
  const description = readAppDescription(flash.snapshot().subarray(FACTORY));
  if (description === null) throw new Error('the board has no app');
  flash.load(0x8000, buildPartitionTable([...RAFT_SINGLE_ROWS, CORE_DUMP, SECURE_CERT]));
  flash.load(CORE_DUMP.offset, coreDump(description.elfSha256));
  const certificate = new TextEncoder().encode('-----BEGIN CERTIFICATE-----\n');
  flash.load(SECURE_CERT.offset, buildSecureCert([{ type: 1, data: certificate }]));
  await world.session.connect();
  return world;
}

async function explanation({ session }: World, { offset, size }: typeof CORE_DUMP): Promise<ExplainedContent> {
  await session.dispatch({ do: 'open-contents', range: { region: 'flash', address: offset, size } });
  const listing = session.state.kind === 'connected' ? session.state.contents?.listing : undefined;
  if (listing?.kind !== 'explained') throw new Error(`not explained: ${JSON.stringify(listing ?? null).slice(0, 300)}`);
  return listing;
}

test('a core dump says which task of which app in the flash crashed and why, and is saved for gdb', async () => {
  const dumpOf = (sha: string) => buildCoreDump({ ...RISCV_CRASH, elfSha256: sha.slice(0, 9) });
  const world = await connected(dumpOf);
  const got = await explanation(world, CORE_DUMP);
  expect(got.says).toBe('The task worker crashed at 0x42009351: Load access fault (MCAUSE 5).');
  expect(got.facts.find(({ name }) => name === 'App')?.value).toMatch(/^\S+ \S+ in factory; its ELF file’s SHA-256/);
  expect(got.findings).toEqual([]);
  expect(got.saves.map(({ name }) => name)).toEqual(['core-dump.elf', 'core-dump.bin']);
  const flash = world.made.flash.read(CORE_DUMP.offset, got.saves[1]?.data.length ?? 0);
  expect(got.saves[1]?.data).toEqual(flash);
});

test('a core dump of an app that was replaced says so', async () => {
  const got = await explanation(await connected(() => buildCoreDump(RISCV_CRASH)), CORE_DUMP);
  expect(got.facts.find(({ name }) => name === 'App')?.value).toMatch(/^none of those in the flash now \(factory\); /);
});

test('a module of a Particle board says its version, its place and what it needs', async () => {
  const { session } = openDfuWorld('photon');
  await session.connect();
  const board = session.state.kind === 'connected' ? session.state.board : null;
  const user = board?.layout.partitions.find(({ name }) => name === 'user');
  if (user === undefined) throw new Error(JSON.stringify(board?.layout.partitions.map(({ name }) => name)));
  const { region, address, size } = user;
  await session.dispatch({ do: 'open-contents', range: { region, address, size } });
  const listing = session.state.kind === 'connected' ? session.state.contents?.listing : undefined;
  expect(listing).toMatchObject({
    kind: 'explained',
    format: 'Particle module',
    says: expect.stringMatching(/^User application, version \d+, for the Particle Photon\.$/),
    facts: expect.arrayContaining([
      { name: 'Needs', value: expect.stringMatching(/^system part 2 from version \d+ on$/) },
    ]),
  });
});

test('esp_secure_cert says which certificate it has', async () => {
  const got = await explanation(await connected(() => new Uint8Array(0)), SECURE_CERT);
  expect(got.says).toBe('esp_secure_cert with the device certificate.');
  expect(got.findings).toEqual([]);
});
