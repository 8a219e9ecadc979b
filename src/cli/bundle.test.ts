/** `bundle make`, `show`, `verify` and `sign`, from dumps to files and back. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { privatePem, ed25519 } from '../bundle/ed25519.ts';
import { hexOf } from '../formats/binary.ts';
import { archiveOf, filesIn, manifestIn, OTHER_SEED, SEED } from '../testing/bundles.ts';
import { CommandBench } from '../testing/command-line.ts';
import { dfuDump, espDump } from '../testing/flash-image.ts';
import { LONG } from '../testing/long.ts';

const bench = new CommandBench();
const SAMPLES = 'public/samples';
const keyOf = async (seed: Uint8Array) => hexOf(await (await ed25519()).publicKey(seed));
const bundle = (name = 'raft.zip') => new Uint8Array(readFileSync(bench.at(name)));

beforeAll(async () => {
  writeFileSync(bench.at('raft.bin'), espDump('esp32-raft'));
  writeFileSync(bench.at('photon.bin'), dfuDump('photon'));
  writeFileSync(bench.at('key.pem'), privatePem(SEED));
  writeFileSync(bench.at('other.pem'), privatePem(OTHER_SEED));
  const made = await bench.call('bundle', 'make', 'TMP/raft.bin', '--name', 'raft-demo 1.4.2', '-o', 'TMP/raft.zip');
  if (made.status !== 0) throw new Error(made.err);
});
afterAll(() => bench.remove());

describe('bundle make', () => {
  test('takes the bytes of a dump, and leaves its settings out', LONG, () => {
    const dump = espDump('esp32-raft');
    const { images, name, targets } = manifestIn(bundle());
    expect(name).toBe('raft-demo 1.4.2');
    expect(targets[0]).toMatchObject({ family: 'esp', chip: 'ESP32' });
    // The second slot is erased, which is nothing to bring.
    expect(images.map((each) => each.name)).toEqual(['bootloader', 'partition table', 'otadata', 'app0', 'fs']);
    for (const { file, address, size } of images)
      expect(hexOf(filesIn(bundle())[file] ?? new Uint8Array())).toBe(hexOf(dump.subarray(address, address + size)));
  });

  test('takes and leaves what is named, and signs', async () => {
    const call = ['--with', 'nvs', '--without', 'fs', '--key', 'TMP/key.pem', '-o', 'TMP/signed.zip'];
    const { status, out } = await bench.call('bundle', 'make', 'TMP/raft.bin', ...call);
    expect([status, out]).toEqual([0, 'Made of bootloader, partition table, nvs, otadata, app0, app1.\n']);
    expect(manifestIn(bundle('signed.zip')).images.map(({ name }) => name)).toContain('nvs');
    const { status: verified, out: says } = await bench.call(
      'bundle',
      'verify',
      'TMP/signed.zip',
      '--by',
      await keyOf(SEED),
    );
    expect([verified, says]).toEqual([0, expect.stringContaining('Signed with the key ')]);
  });

  test('takes what files come to on a board, and nothing where they are refused', LONG, async () => {
    const app = `${SAMPLES}/raft-demo-1.5.0.bin`;
    const { status, bytes } = await bench.call('bundle', 'make', 'TMP/raft.bin', app);
    expect(status).toBe(0);
    expect(manifestIn(bytes)).toMatchObject({ name: 'raft-demo-1.5.0.bin' });
    expect(manifestIn(bytes).images.map(({ name }) => name)).toEqual(['otadata', 'app1']);
    const refused = await bench.call('bundle', 'make', 'TMP/raft.bin', `${SAMPLES}/hello-s3.bin`);
    expect(refused.status).toBe(3);
    expect(refused.out).toContain('ESP32-S3');
  });

  test('says which partitions there are where another is named, and what is no key', async () => {
    const wrong = await bench.call('bundle', 'make', 'TMP/raft.bin', '--with', 'nvs2');
    expect([wrong.status, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toContain('bootloader, partition table, nvs,');
    const key = await bench.call('bundle', 'make', 'TMP/raft.bin', '--key', 'TMP/raft.zip');
    expect(key.status).toBe(2);
    const short = await bench.call('bundle', 'sign', 'TMP/raft.zip');
    expect([short.status, short.err]).toEqual([2, expect.stringContaining('--key')]);
  });
});

describe('bundle show', () => {
  test('says what it brings, what stays, and that nobody signed it', async () => {
    const { status, out, err } = await bench.call('bundle', 'show', 'TMP/raft.zip');
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('Not signed: nothing shows who made it');
    expect(out).toContain('Fits: ESP32 with at least 4 MiB of flash');
    expect(out).toMatch(/Stays as it is\n\s+nvs\s+settings/);
  });

  test('as JSON has the manifest', async () => {
    const { out } = await bench.call('bundle', 'show', 'TMP/raft.zip', '--json');
    const { app: _, made: __, ...manifest } = manifestIn(bundle());
    expect(JSON.parse(out)).toMatchObject({ format: 'sectorwise-bundle-show', version: 1, status: 0, manifest });
  });

  test.each(['raft.bin', 'key.pem'])('of %s says that it is none', async (file) => {
    const { status, err } = await bench.call('bundle', 'show', `TMP/${file}`);
    expect([status, err]).toEqual([2, expect.stringContaining('is not a recovery bundle')]);
  });
});

describe('bundle verify', () => {
  test('is content with every byte, and not with a changed one', LONG, async () => {
    expect((await bench.call('bundle', 'verify', 'TMP/raft.zip')).status).toBe(0);
    const files = filesIn(bundle());
    const [name = ''] = Object.keys(files).filter((each) => each.startsWith('app0'));
    const app = (files[name] ?? new Uint8Array()).map((byte, i) => (i === 77 ? byte ^ 1 : byte));
    writeFileSync(bench.at('changed.zip'), archiveOf({ ...files, [name]: app }));
    const { status, out } = await bench.call('bundle', 'verify', 'TMP/changed.zip');
    expect([status, out]).toEqual([1, expect.stringContaining('is not what the bundle lists')]);
  });

  test('asks for the key that must have signed it', async () => {
    const key = await keyOf(OTHER_SEED);
    expect((await bench.call('bundle', 'verify', 'TMP/raft.zip', '--by', key)).status).toBe(1);
    expect((await bench.call('bundle', 'verify', 'TMP/raft.zip', '--by', 'me')).status).toBe(2);
  });
});

test('bundle sign signs, and puts its signature in place of another', LONG, async () => {
  await bench.call('bundle', 'sign', 'TMP/raft.zip', '--key', 'TMP/other.pem', '-o', 'TMP/once.zip');
  const { status, out } = await bench.call(
    'bundle',
    'sign',
    'TMP/once.zip',
    '--key',
    'TMP/key.pem',
    '-o',
    'TMP/twice.zip',
  );
  expect([status, out]).toEqual([0, expect.stringMatching(/^Signed with the key ([0-9A-F]{4} ?){8}\.\n$/)]);
  const by = async (seed: Uint8Array) =>
    (await bench.call('bundle', 'verify', 'TMP/twice.zip', '--by', await keyOf(seed))).status;
  expect([await by(SEED), await by(OTHER_SEED)]).toEqual([0, 1]);
});

test('a bundle is applied by the same command as any file, to another dump', LONG, async () => {
  const dump = espDump('esp32-raft');
  dump.fill(0xff, 0x8000, 0x9000);
  writeFileSync(bench.at('broken.bin'), dump);
  const { status, out } = await bench.call('apply', 'TMP/broken.bin', 'TMP/raft.zip', '-o', 'TMP/whole.bin');
  expect([status, out]).toEqual([0, expect.stringContaining('recovery bundle')]);
  expect(hexOf(readFileSync(bench.at('whole.bin')))).toBe(hexOf(espDump('esp32-raft')));
  expect((await bench.call('plan', 'TMP/photon.bin', 'TMP/raft.zip')).status).toBe(3);
});

describe('a board in DFU mode', () => {
  test.each(['photon', 'electron'])(
    '%s: its system parts and its application, and not what DFU cannot write',
    LONG,
    async (id) => {
      const { status, bytes } = await bench.call('bundle', 'make', '--board', id);
      expect(status).toBe(0);
      const { images, targets } = manifestIn(bytes);
      expect(images.map(({ name }) => name)).toEqual([
        ...(id === 'electron' ? ['system 2', 'system 3', 'system 1'] : ['system 1', 'system 2']),
        'user',
      ]);
      expect(targets[0]?.flash.map(({ region }) => region)).toEqual(['internal-flash-2']);
      writeFileSync(bench.at(`${id}.zip`), bytes);
      const { status: planned, out } = await bench.call('plan', '--board', id, `TMP/${id}.zip`);
      expect([planned, out]).toEqual([0, expect.stringContaining('already')]);
    },
  );

  test('whose application is gone gets it back, and another board refuses it', LONG, async () => {
    const dump = dfuDump('photon');
    const whole = dump.slice();
    dump.fill(0xff, 0xa0000, 0xa0400);
    writeFileSync(bench.at('broken-photon.bin'), dump);
    const { status } = await bench.call(
      'apply',
      'TMP/broken-photon.bin',
      'TMP/photon.zip',
      '-o',
      'TMP/whole-photon.bin',
      '--yes',
      'system-replaced',
    );
    expect(status).toBe(0);
    expect(hexOf(readFileSync(bench.at('whole-photon.bin')))).toBe(hexOf(whole));
    const { status: other, out } = await bench.call('plan', '--board', 'p1', 'TMP/photon.zip');
    expect([other, out]).toEqual([3, expect.stringContaining('is not for this board')]);
  });
});
