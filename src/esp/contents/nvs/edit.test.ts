/** Settings changed: only what must change does, in ways in which flash can change, and the limits of NVS are refusals. */
import { describe, expect, it } from 'vitest';
import { unitChanges } from '../../../testing/contents/nor.ts';
import { nvsVectors } from '../../../testing/contents/nvs-images.ts';
import type { Rewritten } from '../file-system.ts';
import { compact, edit, make, resize } from './edit.ts';
import { listNvs } from './list.ts';
import type { SettingEdit } from './model.ts';
import { readNvs } from './read.ts';
import { readKeyPartition } from './xts.ts';
import { LONG } from '../../../testing/long.ts';

const PAGE = 0x1000;
const VECTORS = nvsVectors();

function vector(name: string): Uint8Array {
  return VECTORS.find((each) => each.name === name)?.image ?? new Uint8Array();
}

function done(rewritten: Rewritten): Uint8Array {
  if ('refusal' in rewritten) throw new Error(rewritten.refusal.says);
  return rewritten.data;
}

function refused(rewritten: Rewritten): string {
  return 'refusal' in rewritten ? `${rewritten.refusal.kind}: ${rewritten.refusal.says}` : 'done';
}

const set = (key: string, type: string, value: string, namespace = 'wifi'): SettingEdit => {
  return { edit: 'set', namespace, key, type, value };
};

/** All settings as `namespace/key type value`. */
function settings(image: Uint8Array, keys?: Uint8Array): string[] {
  const listed = listNvs(image, keys === undefined ? {} : { keys });
  return listed.settings.map(({ namespace, key, type, value }) => `${namespace}/${key} ${type} ${value}`);
}

const EMPTY = done(make(4 * PAGE));
const TWO = done(edit(EMPTY, [set('ssid', 'string', 'home'), set('channel', 'u8', '6')]));

describe('a new NVS partition', () => {
  it('is blank, as the library leaves it until there is a value', () => {
    expect(EMPTY.every((byte) => byte === 0xff)).toBe(true);
    expect(readNvs(EMPTY)).toMatchObject({ failed: null, values: [] });
  });

  it('needs whole pages, and two of them', () => {
    expect([PAGE, 2 * PAGE + 1].map((size) => refused(make(size)))).toEqual([/two of them/, /two of them/]);
    expect(refused(make((1 << 20) + PAGE))).toMatch(/only up to 1 MiB/);
  });

  it('takes values of every type', () => {
    const all = [
      set('a', 'u8', '255'),
      set('b', 'i8', '-128'),
      set('c', 'u16', '65535'),
      set('d', 'i16', '-32768'),
      set('e', 'u32', '4294967295'),
      set('f', 'i32', '-2147483648'),
      set('g', 'u64', '18446744073709551615'),
      set('h', 'i64', '-9223372036854775808'),
      set('i', 'string', 'Grüße'),
      set('j', 'blob', '00ff10'),
      set('k', 'blob', ''),
    ];
    const values = all.map((each) => (each.edit === 'set' ? `wifi/${each.key} ${each.type} ${each.value}` : ''));
    expect(settings(done(edit(EMPTY, all)))).toEqual(values);
  });
});

describe('changing settings', () => {
  it('appends to the active page and only clears bits there', () => {
    const changed = done(edit(TWO, [set('ssid', 'string', 'office')]));
    expect(unitChanges(TWO, changed)).toEqual(['cleared', 'same', 'same', 'same']);
    expect(settings(changed)).toEqual(['wifi/channel u8 6', 'wifi/ssid string office']);
  });

  it('writes nothing for a value that is there already', () => {
    expect(done(edit(TWO, [set('ssid', 'string', 'home')]))).toEqual(TWO);
    // Repairs are left to the library, which makes them when it starts.
    const aged = vector('aged-v55-3000-mixed');
    const [first] = listNvs(aged).settings;
    const again = set(first?.key ?? '', first?.type ?? '', first?.value ?? '', first?.namespace);
    expect(readNvs(aged).repairs).not.toEqual([]);
    expect(done(edit(aged, [again]))).toEqual(aged);
  });

  it('changes the type with the value', () => {
    expect(settings(done(edit(TWO, [set('channel', 'string', 'six')])))).toContain('wifi/channel string six');
  });

  it('deletes a setting by clearing its bits', () => {
    const changed = done(edit(TWO, [{ edit: 'delete-setting', namespace: 'wifi', key: 'ssid' }]));
    expect(unitChanges(TWO, changed)).toEqual(['cleared', 'same', 'same', 'same']);
    expect(settings(changed)).toEqual(['wifi/channel u8 6']);
  });

  it('replaces a blob of several pages', () => {
    const large = done(edit(EMPTY, [set('cert', 'blob', 'ab'.repeat(5000))]));
    const changed = done(edit(large, [set('cert', 'blob', 'cd'.repeat(5000))]));
    expect(settings(changed)).toEqual([`wifi/cert blob ${'cd'.repeat(5000)}`]);
    expect(readNvs(changed).repairs).toEqual([]);
  });

  it('frees pages as often as it takes', LONG, () => {
    let image = EMPTY;
    for (let i = 0; i < 400; i++)
      image = done(edit(image, [set('count', 'u32', String(i)), set('log', 'string', 'x'.repeat(i))]));
    expect(settings(image)).toEqual(['wifi/count u32 399', `wifi/log string ${'x'.repeat(399)}`]);
    expect(readNvs(image)).toMatchObject({ failed: null, repairs: [] });
  });

  it('keeps pages of old firmware in the format that it reads', () => {
    const old = vector('fresh-5000-v1blob');
    const changed = done(edit(old, [set('new', 'blob', '01'.repeat(1500)), set('more', 'blob', '02'.repeat(1984))]));
    const used = readNvs(changed).pages.filter(({ sequence }) => sequence !== null);
    expect(used.map(({ version }) => version)).toEqual(used.map(() => 0xff));
    expect(readNvs(changed).values.filter(({ blob }) => blob !== null && blob !== 'old')).toEqual([]);
    expect(refused(edit(old, [set('new', 'blob', '01'.repeat(1985))]))).toMatch(/at most 1,984 bytes/);
  });
});

describe('a change that cannot be made', () => {
  it.each<[SettingEdit, RegExp]>([
    [set('a-key-of-16-chars', 'u8', '1'), /bad-setting: .*key has 17 bytes, and NVS allows 15/],
    [set('', 'u8', '1'), /its key is empty/],
    [set('k', 'u8', '1', 'a-namespace-too-long'), /its namespace has 20 bytes/],
    [set('k', 'u8', '256'), /u8 holds numbers from 0 to 255/],
    [set('k', 'i8', '-129'), /i8 holds numbers from -128 to 127/],
    [set('k', 'u32', '1.5'), /not a whole number/],
    [set('k', 'float', '1.5'), /its type is none of/],
    [set('k', 'blob', 'abc'), /two digits for each byte/],
    [set('k', 'string', 'a\0b'), /NUL/],
    [set('k', 'string', 'x'.repeat(4000)), /at most 3,999 bytes here, and this has 4000/],
    [set('k', 'blob', '00'.repeat(12001)), /at most 12,000 bytes here/],
    [{ edit: 'delete-setting', namespace: 'wifi', key: 'none' }, /no-such-setting: There is no setting wifi\/none/],
  ])('%o is refused', (change, why) => expect(refused(edit(TWO, [change]))).toMatch(why));

  it('says how much there is room for', () => {
    const many = Array.from({ length: 4 }, (_, i) => set(`s${i}`, 'string', 'x'.repeat(3900)));
    expect(refused(edit(TWO, many))).toMatch(/contents-too-large: Everything together needs/);
  });

  it('says that strings do not fit into what is left of each page', () => {
    const many = Array.from({ length: 4 }, (_, i) => set(`s${i}`, 'string', 'x'.repeat(2500)));
    expect(refused(edit(EMPTY, many))).toMatch(/settings-do-not-pack/);
  });

  it('allows 254 namespaces and no more', () => {
    const image = done(
      edit(
        done(make(8 * PAGE)),
        Array.from({ length: 254 }, (_, i) => set('k', 'u8', '1', `n${i}`)),
      ),
    );
    expect(settings(image)).toHaveLength(254);
    expect(refused(edit(image, [set('k', 'u8', '1', 'one-more')]))).toMatch(/254 namespaces/);
  });

  it('is refused as a whole where the library would not start', () => {
    expect(refused(edit(vector('size-no-blank-page'), [set('k', 'u8', '1')]))).toMatch(
      /contents-damaged: .*none of its pages/,
    );
  });
});

describe('compacting', () => {
  it('saves what is erased and keeps every value', () => {
    const aged = vector('aged-v55-3000-mixed');
    const image = done(resize(aged, 5 * PAGE));
    const compacted = done(compact(image));
    expect(settings(compacted)).toEqual(settings(image));
    expect(readNvs(compacted).pages.map(({ erased }) => erased)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('another size', () => {
  const image = done(
    edit(
      EMPTY,
      Array.from({ length: 20 }, (_, i) => set(`k${i}`, 'string', `value ${i}`.repeat(20))),
    ),
  );

  it('appends blank pages when it grows', () => {
    const grown = done(resize(image, 9 * PAGE));
    expect(grown.subarray(0, image.length)).toEqual(image);
    expect(settings(grown)).toEqual(settings(image));
  });

  it('gives an image without a blank page one', () => {
    const grown = done(resize(vector('size-no-blank-page'), 6 * PAGE));
    expect(readNvs(grown)).toMatchObject({ failed: null });
  });

  it('cuts off blank pages and changes nothing else', () => {
    expect(done(resize(image, 3 * PAGE))).toEqual(image.subarray(0, 3 * PAGE));
  });

  it('writes everything into fewer pages and leaves one blank', () => {
    const aged = vector('aged-v44-5000-typechange');
    const large = done(edit(done(resize(aged, 9 * PAGE)), [set('new', 'blob', 'ab'.repeat(6000))]));
    const small = done(resize(large, 8 * PAGE));
    expect(settings(small)).toEqual(settings(large));
    expect(readNvs(small).pages.filter(({ state }) => state === 'blank')).not.toEqual([]);
    expect(readNvs(small).repairs).toEqual([]);
  });

  it('is refused where the values need more, in exact sizes', () => {
    expect(refused(resize(vector('aged-v55-3000-mixed'), 2 * PAGE))).toMatch(/contents-too-large/);
  });
});

describe('encrypted settings', () => {
  const encrypted = VECTORS.find(({ name }) => name === 'fresh-6000-enc');
  const image = encrypted?.image ?? EMPTY;
  const partition = readKeyPartition(encrypted?.keyPartition ?? new Uint8Array());
  const keys = partition.kind === 'keys' ? partition.keys : new Uint8Array(64);

  it('are changed with their keys, and stay encrypted', () => {
    const changed = done(edit(image, [set('serial', 'string', 'SN-0042-0042-0042')], { keys }));
    expect(settings(changed, keys)).toContain('wifi/serial string SN-0042-0042-0042');
    expect(new TextDecoder('latin1').decode(changed)).not.toMatch(/serial|SN-0042/);
    expect(settings(done(resize(changed, 4 * PAGE, { keys })), keys)).toEqual(settings(changed, keys));
  });

  it('are made encrypted from nothing', () => {
    const made = done(edit(EMPTY, [set('ssid', 'string', 'home')], { keys }));
    expect(settings(made, keys)).toEqual(['wifi/ssid string home']);
    expect(readNvs(made).cipher).toBe('keys-missing');
  });

  it('are neither read nor changed without their keys or with others', () => {
    expect(refused(edit(image, [set('k', 'u8', '1')]))).toMatch(/contents-unreadable: .*keys were not read/);
    expect(refused(edit(image, [set('k', 'u8', '1')], { keys: keys.toReversed() }))).toMatch(/with other keys/);
    expect(listNvs(image)).toMatchObject({ settings: [], findings: [{ kind: 'nvs-encrypted' }] });
  });

  it('have a key partition whose CRC is checked', () => {
    const damaged = encrypted?.keyPartition?.slice() ?? new Uint8Array();
    damaged[3] = (damaged[3] ?? 0) ^ 1;
    expect(
      [damaged, new Uint8Array(4096).fill(0xff), new Uint8Array(10)].map((each) => readKeyPartition(each).kind),
    ).toEqual(['damaged', 'blank', 'too-short']);
  });
});
