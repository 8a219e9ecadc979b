import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../flash/finding.ts';
import { boardOf, checkFiles, encrypting, place } from '../../../testing/esp/placements.ts';
import {
  CSV,
  defaults,
  DISAGREEMENTS,
  RAFT,
  RAFT_FLASH,
  unpackProject as unpack,
} from '../../../testing/rules/project.ts';

const kinds = (findings: readonly Finding[]) => findings.map(({ kind }) => kind);

test('a Raft SysType is its table; the rest is read for its settings, which agree with the board', async () => {
  const { container, says, parts, left, findings } = await unpack(RAFT);
  expect({ container, says }).toEqual({
    container: 'Raft SysType',
    says: 'A Raft SysType: 4 MiB of flash, the partition table at 0x8000, littlefs.',
  });
  expect(parts.map(({ name }) => name)).toEqual(['SysTypeMain/partitions.csv']);
  expect(left).toEqual([
    { name: 'SysTypeMain/sdkconfig.defaults', why: 'read for its settings (3), not written' },
    { name: 'SysTypeMain/features.cmake', why: 'read for FS_TYPE' },
    { name: 'SysTypeMain/SysTypes.json', why: 'read: it uses ESPOTAUpdate' },
  ]);
  expect(findings.map(({ says: words }) => words)).toEqual([
    'The settings agree with this board and with partitions.csv.',
  ]);
});

test('an sdkconfig alone is compared with the board’s own table, and is not written', async () => {
  const { container, parts, left, findings } = await unpack({
    sdkconfig: 'CONFIG_ESPTOOLPY_FLASHSIZE="2MB"\nCONFIG_NVS_ENCRYPTION=y\n',
  });
  expect([container, parts, left.map(({ name }) => name)]).toEqual(['ESP-IDF settings', [], ['sdkconfig']]);
  expect(findings.map(({ says }) => says)).toEqual([
    'app1 (in the board’s table) ends at 0x380000, past the 2 MiB of flash that sdkconfig, line 1, sets.',
    'sdkconfig, line 2, enables NVS encryption, which keeps its keys in a partition of the subtype nvs_keys, but the board’s table has none.',
    'sdkconfig, line 2, enables NVS encryption, whose keys only flash encryption protects, but no setting enables flash encryption.',
  ]);
});

test('what was configured counts more than the defaults, and a later line more than an earlier one', async () => {
  const { says } = await unpack({
    'p/sdkconfig.defaults': 'CONFIG_ESPTOOLPY_FLASHSIZE_8MB=y\n',
    'p/sdkconfig.defaults.esp32': 'CONFIG_ESPTOOLPY_FLASHSIZE_16MB=y\n',
    'p/sdkconfig': 'CONFIG_ESPTOOLPY_FLASHSIZE="2MB"\nCONFIG_ESPTOOLPY_FLASHSIZE="4MB"\n',
  });
  expect(says).toBe('The settings of an ESP-IDF project: 4 MiB of flash.');
});

test('without any setting a file of such a name is a file like any other', async () => {
  const { container, parts } = await unpack({ sdkconfig: 'nothing of that kind\n' });
  expect([container, parts.map(({ name }) => name)]).toEqual([null, ['sdkconfig']]);
});

describe('a disagreement names both places', () => {
  test.each(DISAGREEMENTS)('$kind', async ({ kind, files, places }) => {
    const { findings } = await unpack(files);
    const found = findings.find((each) => each.kind === kind);
    expect(kinds(findings)).toContain(kind);
    expect(found?.place).toMatchObject({ in: 'file', line: expect.any(Number) });
    for (const each of places) expect(found?.says).toMatch(each);
  });

  test('project-plain, on a board that encrypts', async () => {
    const own = await boardOf(RAFT_FLASH, { security: encrypting('allowed') });
    const { findings } = await unpack(defaults('# CONFIG_SECURE_FLASH_ENC_ENABLED is not set'), own);
    expect(kinds(findings)).toContain('project-plain');
  });

  test('the HMAC scheme needs no partition of keys', async () => {
    const { findings } = await unpack(defaults('CONFIG_NVS_ENCRYPTION=y\nCONFIG_NVS_SEC_KEY_PROTECT_USING_HMAC=y'));
    expect(kinds(findings)).toEqual(['project-agrees']);
  });
});

test('the keys that Raft’s page puts inside its own nvs are refused with both addresses', async () => {
  const keys = 'nvs_keys, data, nvs_keys, 0x01a000, 0x004000, encrypted\n';
  const files = { ...defaults('CONFIG_NVS_ENCRYPTION=y'), 'SysTypeMain/partitions.csv': `${CSV}${keys}` };
  const { parts, findings } = await unpack(files);
  expect(kinds(findings)).not.toContain('project-nvs-keys-missing');
  const board = await boardOf(RAFT_FLASH);
  const [refusal] = checkFiles(place(parts, board), board);
  expect(refusal?.kind).toBe('table-refused');
  expect(refusal?.says).toMatch(/0x1A000/i);
  expect(refusal?.says).toMatch(/0x1E000|0x1DFFF/i);
});
