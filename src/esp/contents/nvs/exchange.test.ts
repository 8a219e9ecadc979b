/** Settings exported and imported: the same ones come back, and what a file cannot hold or says wrongly is named with its line. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cases } from '../../../testing/cases.ts';
import { nvsVectors } from '../../../testing/contents/nvs-images.ts';
import { exportCsv, importCsv } from './csv.ts';
import { edit, make } from './edit.ts';
import type { ImportedSettings } from './exchange.ts';
import { exportJson, importJson } from './json.ts';
import { listNvs } from './list.ts';
import { readNvs } from './read.ts';

const PAGE = 0x1000;
const utf8 = (text: string) => new TextEncoder().encode(text);

/** A new image with what was imported. */
function imageOf(imported: ImportedSettings, pages = 8): Uint8Array {
  const made = make(pages * PAGE);
  const image = 'data' in made && 'edits' in imported ? edit(made.data, imported.edits) : made;
  if ('refusal' in image) throw new Error(image.refusal.says);
  if ('refusal' in imported) throw new Error(imported.refusal.says);
  return image.data;
}

function says(imported: ImportedSettings): string {
  return 'refusal' in imported ? imported.refusal.says : 'imported';
}

const ROWS = [
  'key,type,encoding,value',
  '# a comment',
  'wifi,namespace,,',
  'ssid,data,string,"My ""home"", 2.4 GHz"',
  'note,data,string,"two',
  'lines"',
  'channel,data,u8,6',
  'offset,data,i32,-40000',
  'cal,data,hex2bin,00ff10',
  'icon,data,base64,AAEC',
  'raw,data,binary,abc',
  'other,namespace,,',
  'big,data,u64,18446744073709551615',
  '',
].join('\n');

describe('the CSV of nvs_partition_gen', () => {
  it('is read with all its encodings', () => {
    const { settings } = listNvs(imageOf(importCsv(ROWS, 'nvs.csv')));
    expect(settings.map(({ namespace, key, type, value }) => [namespace, key, type, value])).toEqual([
      ['other', 'big', 'u64', '18446744073709551615'],
      ['wifi', 'cal', 'blob', '00ff10'],
      ['wifi', 'channel', 'u8', '6'],
      ['wifi', 'icon', 'blob', '000102'],
      ['wifi', 'note', 'string', 'two\nlines'],
      ['wifi', 'offset', 'i32', '-40000'],
      ['wifi', 'raw', 'blob', '616263'],
      ['wifi', 'ssid', 'string', 'My "home", 2.4 GHz'],
    ]);
  });

  it('takes values from files that are there', () => {
    const rows = 'key,type,encoding,value\nn,namespace,,\ncert,file,binary,ca.der\nid,file,hex2bin,id.hex\n';
    const files = new Map([
      ['ca.der', Uint8Array.of(0x30, 0x82)],
      ['id.hex', utf8('0a0b\n')],
    ]);
    const { settings } = listNvs(imageOf(importCsv(rows, 'nvs.csv', files)));
    expect(settings.map(({ key, value }) => [key, value])).toEqual([
      ['cert', '3082'],
      ['id', '0a0b'],
    ]);
    expect(says(importCsv(rows, 'nvs.csv'))).toMatch(/line 3 is wrong, because its value is in the file ca.der/);
  });

  it.each([
    ['key,value\n', /its first line is wrong, because it does not name the columns/],
    ['key,type,encoding,value\na,data,u8,1\n', /line 2 .*namespace must come before/],
    ['key,type,encoding,value\nn,namespace,,\na,data,u8,300\n', /line 3 .*u8 holds numbers from 0 to 255/],
    ['key,type,encoding,value\nn,namespace,,\na,data,float,1\n', /line 3 .*encoding “float”/],
    ['key,type,encoding,value\nn,namespace,,\n#\n\na,thing,u8,1\n', /line 5 .*type “thing”/],
    ['key,type,encoding,value\nn,namespace,,\na,data,hex2bin,abc\n', /line 3 .*not hex/],
    ['key,type,encoding,value\nn,namespace,,\na,data,base64,***\n', /line 3 .*not base64/],
    ['key,type,encoding,value\nn,namespace,,\na,data,string,"abc\n', /line 3 .*quotation mark/],
    ['key,type,encoding,value\nn,namespace,,\na,data,u8,1\na,data,u8,2\n', /sets n\/a twice/],
  ])('%j is refused with its line', (text, why) => expect(says(importCsv(text, 'nvs.csv'))).toMatch(why));

  it('says what it cannot hold', () => {
    const image = imageOf({
      edits: [
        { edit: 'set', namespace: 'n', key: 'a', type: 'string', value: 'one\r\ntwo' },
        { edit: 'set', namespace: 'n', key: 'b', type: 'string', value: 'one\n#two' },
        { edit: 'set', namespace: 'n', key: 'c', type: 'u8', value: '1' },
      ],
    });
    expect(exportCsv(readNvs(image).values)).toEqual({
      text: 'key,type,encoding,value\nn,namespace,,\nc,data,u8,1\n',
      leftOut: [
        { name: 'n/a', why: 'the generator would change its line ends' },
        { name: 'n/b', why: /begins with #/ },
      ],
    });
  });
});

describe('the JSON of settings', () => {
  it.each([
    ['{', /the file is wrong, because it is not valid JSON/],
    ['{"format":"other"}', /not JSON with the format/],
    ['{"format":"nvs-settings","version":2}', /its version is not 1/],
    ['{"format":"nvs-settings","version":1}', /no list “settings”/],
    ['{"format":"nvs-settings","version":1,"settings":[1]}', /setting 1 is wrong, because it is not an object/],
    ['{"format":"nvs-settings","version":1,"settings":[{"namespace":"n"}]}', /lacks a namespace, a key or a type/],
    [
      '{"format":"nvs-settings","version":1,"settings":[{"namespace":"n","key":"k","type":"u8","value":1.5}]}',
      /neither a text nor a whole number/,
    ],
  ])('%j is refused', (text, why) => expect(says(importJson(utf8(text), 'nvs.json'))).toMatch(why));

  it('may have numbers without quotation marks', () => {
    const text =
      '{"format":"nvs-settings","version":1,"settings":[{"namespace":"n","key":"k","type":"i8","value":-5}]}';
    expect(listNvs(imageOf(importJson(utf8(text), 'nvs.json'))).settings).toMatchObject([{ key: 'k', value: '-5' }]);
  });
});

describe('exported and imported settings', () => {
  const vectors = nvsVectors().filter(({ name }) => /^(?:fresh-[35]|aged)/.test(name));

  it.each(vectors)('are the same: $name', ({ image }) => {
    const { values } = readNvs(image);
    const before = listNvs(image).settings;
    const pages = image.length / PAGE + 1;
    const files = [importCsv(exportCsv(values).text, 'a.csv'), importJson(utf8(exportJson(values).text), 'a.json')];
    for (const imported of files) expect(listNvs(imageOf(imported, pages)).settings).toEqual(before);
  });

  it('are the same whatever strings hold', () => {
    const unit = fc.constantFrom(
      'a',
      'Z',
      '"',
      ',',
      '\n',
      ' ',
      'ä',
      '€',
      '😀',
      '\\',
      '\t',
      ';',
      "'",
      '#',
      '\v',
      '\u2028',
      '\x7f',
    );
    const text = fc.string({ unit, maxLength: 40 }).filter((each) => !each.includes('\n#'));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (texts) => {
        const edits = texts.map((value, i) => ({
          edit: 'set' as const,
          namespace: 'n',
          key: `k${i}`,
          type: 'string',
          value,
        }));
        const { values } = readNvs(imageOf({ edits }));
        expect(importCsv(exportCsv(values).text, 'a.csv')).toEqual({ edits });
        expect(importJson(utf8(exportJson(values).text), 'a.json')).toEqual({ edits });
      }),
      { numRuns: cases(25) },
    );
  });

  it('never crash on any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', ',', '\n', '#', 'k', 'data', 'u8', 'namespace', '1') }),
        (text) => {
          expect(says(importCsv(`key,type,encoding,value\n${text}`, 'a.csv'))).not.toBe('');
          expect(says(importJson(utf8(text), 'a.json'))).toMatch(/cannot be imported/);
        },
      ),
      { numRuns: cases(200) },
    );
  });
});
