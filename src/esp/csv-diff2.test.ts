import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { it } from 'vitest';
import { HASHES, hexMd5 } from './csv-diff2-h.ts';
import { readCsv } from './partition-csv.ts';
import { writeTable } from './write-table.ts';
const RAFT = '# Name, Type, SubType, Offset, Size, Flags\nnvs,      data, nvs,     0x009000,  0x015000,\notadata,  data, ota,     0x01e000,  0x002000,\napp0,     app,  ota_0,   0x020000,  0x1b0000,\napp1,     app,  ota_1,   0x1d0000,  0x1b0000,\nfs,       data, 0x83,    0x380000,  0x080000, encrypted\nx,0x40,0x7,,-0x410000,readonly\n';
const base = [...new TextEncoder().encode(RAFT)];
const u16 = [0xff, 0xfe, ...[...RAFT].flatMap((c) => [c.charCodeAt(0), 0])];
const u16be = [0xfe, 0xff, ...[...RAFT].flatMap((c) => [0, c.charCodeAt(0)])];
const edit = fc.record({ at: fc.nat(400), del: fc.integer({ min: 0, max: 3 }), ins: fc.array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...Array.from('0123456789abfxkKmM_-+,:# \n\r\t"$', (c) => c.charCodeAt(0))) }, fc.nat(255)), { maxLength: 3 }) });
const file = fc.tuple(fc.constantFrom(base, base, base, [0xef, 0xbb, 0xbf, ...base], u16, u16be), fc.array(edit, { maxLength: 3 }), fc.integer({ min: 0, max: 900 })).map(([b, es, cut]) => {
  const r = [...b];
  for (const e of es) r.splice(e.at, e.del, ...e.ins);
  return Uint8Array.from(cut > 500 ? r : r.slice(0, cut));
});
it('agrees', () => {
  const cases = fc.sample(fc.oneof({ weight: 20, arbitrary: file }, fc.uint8Array({ maxLength: 60 })), { numRuns: Number(process.env['N'] ?? 20000), seed: Number(process.env['SEED'] ?? 1) });
  const out = JSON.parse(execFileSync('python3', ['/tmp/tool/run.py'], { input: JSON.stringify(cases.map((c) => ({ hex: Buffer.from(c).toString('hex') }))), maxBuffer: 1 << 30 }).toString());
  const odd: Record<string, unknown[]> = {};
  let accepted = 0;
  cases.forEach((c, i) => {
    const tool = out[i];
    const { rows, findings } = readCsv(c, { name: 'f' });
    const problems = findings.filter((f) => f.verdict === 'problem');
    let why = '';
    if (tool.md5 !== undefined) {
      accepted++;
      if (problems.length > 0) why = `accepted by tool, ours: ${problems.map((p) => p.kind).join('+')}`;
      else if (hexMd5(writeTable(rows, { md5: true }, HASHES)) !== tool.md5) why = `bytes differ ${findings.map((f) => f.kind).join('+')}`;
    } else if (problems.length === 0) why = `refused by tool: ${tool.error?.replace(/line \d+|'.*?'|0x[0-9a-f]+/g, '_')}, ours ok ${findings.map((f) => f.kind).filter((k) => /comment|given/.test(k)).join('+')}`;
    if (why) (odd[why] ??= []).push(Buffer.from(c).toString());
  });
  console.log(cases.length, 'accepted', accepted);
  for (const [why, cs] of Object.entries(odd)) console.log(cs.length, why, JSON.stringify(cs.slice(0, 2)));
}, 600000);
