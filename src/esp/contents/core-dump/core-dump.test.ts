/** A core dump says which task crashed, why and where, and becomes the file that gdb takes; a damaged one says what is wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExplainedContent } from '../../../flash/partition-contents.ts';
import { readAppDescription } from '../../../formats/app-header.ts';
import { cases } from '../../../testing/cases.ts';
import { explained, RISCV_CRASH, XTENSA_CRASH } from '../../../testing/contents/core-dumps.ts';
import { buildAppImage } from '../../../virtual-boards/esp/firmware/app-image.ts';
import { buildCoreDump, withChecksum } from '../../../virtual-boards/esp/firmware/core-dump.ts';
import type { CrashOptions } from '../../../virtual-boards/esp/firmware/core-dump.ts';

async function explain(crash: CrashOptions): Promise<ExplainedContent> {
  const got = await explained(buildCoreDump(crash));
  if (got === null) throw new Error('no core dump was found');
  return got;
}

function fact({ facts }: ExplainedContent, name: string): string | undefined {
  return facts.find((each) => each.name === name)?.value;
}

describe('a core dump', () => {
  it('of an Xtensa says task, exception, registers and calls', async () => {
    const got = await explain(XTENSA_CRASH);
    expect(got.says).toBe('The task main crashed at 0x400D1234: StoreProhibited (EXCCAUSE 29).');
    expect(got.findings).toEqual([]);
    expect(fact(got, 'EXCVADDR')).toBe('0x0');
    expect(fact(got, 'Backtrace')).toBe('0x400D1234 0x400D2000 0x400D3000 0x400D4000');
    expect(fact(got, 'Registers')).toContain('PS 0x60030, LBEG 0x4000C349, LEND 0x4000C36B, LCOUNT 0x0, SAR 0xA');
    expect(fact(got, 'Registers')).toContain('A0 0x800D2003, A1 0x3FFB4EC0, A2 0x100');
    expect(fact(got, 'Exception registers')).toBe('EPC1 0x40084013');
    expect(fact(got, 'Task 2')).toBe('IDLE0, PC 0x40085908');
    expect(fact(got, 'In an interrupt')).toBe('no');
    expect(fact(got, 'Chip')).toBe('ESP32 (revision v3.1)');
    expect(fact(got, 'Format')).toBe('ELF, version 1.4, SHA-256 correct');
  });

  it('of a RISC-V has its cause from the stack', async () => {
    const got = await explain(RISCV_CRASH);
    expect(got.says).toBe('The task worker crashed at 0x42009351: Load access fault (MCAUSE 5).');
    expect(got.findings).toEqual([]);
    expect(fact(got, 'MTVAL')).toBe('0x1000');
    expect(fact(got, 'Registers')).toContain('RA 0x4200AAAA, SP 0x3FC8EA70');
    expect(fact(got, 'Backtrace')).toBeUndefined();
    expect(fact(got, 'Format')).toBe('ELF, version 1.2, CRC-32 correct');
  });

  it('with a panic reason says that instead of the exception that abort() causes', async () => {
    const got = await explain({ ...RISCV_CRASH, panic: 'abort() was called at PC 0x42009351 on core 0' });
    expect(got.says).toBe('The task worker crashed: abort() was called at PC 0x42009351 on core 0.');
    expect(fact(got, 'Exception')).toBe('Load access fault (MCAUSE 5)');
  });

  it('says that it happened in an interrupt', async () => {
    const got = await explain({ ...XTENSA_CRASH, inInterrupt: true, cause: 69 });
    expect(got.says).toBe(
      'The task main crashed in an interrupt at 0x400D1234: Interrupt wdt timeout on CPU0 (EXCCAUSE 69).',
    );
  });

  it('in the binary format says the same, without what that format does not have', async () => {
    const got = await explain({ ...XTENSA_CRASH, version: 3 });
    expect(got.says).toBe('The task main crashed at 0x400D1234: StoreProhibited (EXCCAUSE 29).');
    expect(got.findings).toEqual([]);
    expect(fact(got, 'Backtrace')).toBe('0x400D1234 0x400D2000 0x400D3000 0x400D4000');
    expect(fact(got, 'App')).toBe('the core dump does not say which');
    expect(got.saves.map(({ name }) => name)).toEqual(['core-dump.bin']);
  });

  it.each([0x102, 0x103, 0x104] as const)('of version 0x%x is saved raw and as an ELF file', async (version) => {
    const dump = buildCoreDump({ ...XTENSA_CRASH, version });
    const [elf, raw] = (await explained(dump))?.saves ?? [];
    expect(raw?.data).toEqual(dump);
    expect([...(elf?.data.subarray(0, 5) ?? [])]).toEqual([0x7f, 0x45, 0x4c, 0x46, 1]);
    const ends = version === 0x102 ? [24, -4] : version === 0x103 ? [24, -32] : [12, -32];
    expect(elf?.data).toEqual(dump.slice(...ends));
  });

  it('says whether the app that crashed is in the flash', async () => {
    const description = readAppDescription(buildAppImage({ project: 'demo', version: '1.2', seed: 1 }));
    if (description === null) throw new Error('the app has no description');
    const apps = [{ partition: 'app0', description }];
    const elfSha256 = description.elfSha256.slice(0, 9);
    const same = await explained(buildCoreDump({ ...XTENSA_CRASH, elfSha256 }), apps);
    expect(same?.facts).toContainEqual({
      name: 'App',
      value: `demo 1.2 in app0; its ELF file’s SHA-256 begins ${elfSha256}`,
    });
    const other = await explained(buildCoreDump(XTENSA_CRASH), apps);
    expect(other?.facts).toContainEqual({
      name: 'App',
      value: 'none of those in the flash now (app0); its ELF file’s SHA-256 begins 1b43c5e74',
    });
  });

  it('is not found in an erased partition', async () => {
    expect(await explained(new Uint8Array(0))).toBeNull();
  });
});

describe('a damaged core dump', () => {
  it('names the place of a wrong checksum with both values, and still explains', async () => {
    const dump = buildCoreDump(RISCV_CRASH);
    dump[dump.length - 300] = (dump[dump.length - 300] ?? 0) ^ 1;
    const got = await explained(dump);
    expect(got?.findings.map(({ kind, place }) => [kind, place])).toEqual([
      ['core-dump-checksum', { in: 'file', name: 'Core dump', offset: dump.length - 4 }],
    ]);
    expect(got?.says).toContain('The task worker crashed');
  });

  it('names the segment that goes past its end', async () => {
    const dump = buildCoreDump(XTENSA_CRASH);
    const row = 12 + 52 + 32;
    dump.set([0xff, 0xff, 0xff, 0x7f], row + 16);
    const got = await explained(withChecksum(dump, XTENSA_CRASH.version));
    expect(got?.findings[0]).toMatchObject({ kind: 'core-dump-damaged', place: { offset: row } });
    expect(got?.findings[0]?.says).toMatch(/^The core dump is damaged at 0x60: segment 2 would end at 0x8\w+, /);
  });

  it('of any kind is explained or refused in bounded time, and never throws', async () => {
    const crashes = [XTENSA_CRASH, RISCV_CRASH, { ...XTENSA_CRASH, version: 3 as const }].map(buildCoreDump);
    const change = fc.record({ at: fc.nat({ max: 400 }), from: fc.boolean(), value: fc.nat({ max: 0xff }) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...crashes),
        fc.array(change, { maxLength: 8 }),
        fc.integer({ min: 24, max: 8192 }),
        async (sound, changes, size) => {
          const dump = sound.slice();
          for (const { at, from, value } of changes) dump[from ? dump.length - 1 - at : at] = value;
          const got = await explained(dump, [], size);
          for (const { says } of got?.findings ?? []) expect(says).not.toMatch(/undefined|NaN/);
          for (const { value } of got?.facts ?? []) expect(value.length).toBeLessThan(4000);
        },
      ),
      { numRuns: cases(300) },
    );
  });
});
