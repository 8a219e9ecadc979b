import { describe, expect, it } from 'vitest';
import { bootDecision, makeBootLoader } from '../boot.ts';
import { factoryFlash } from './factory.ts';
import { raftDemo150 } from './raft-demo.ts';

const errors = (decision: { lines: readonly { text: string }[] }): string[] =>
  decision.lines.map((line) => line.text.replace(/ \(\d+\)/, '')).filter((text) => text.startsWith('E '));

describe('factory content', () => {
  it('boots app0 and writes nothing', () => {
    const flash = factoryFlash();
    const before = flash.snapshot();
    const { running, lines } = makeBootLoader()(flash);
    expect(running).toBe(true);
    const said = lines.map((line) => line.text);
    expect(said.some((text) => text.endsWith('boot: Loaded app from partition at offset 0x20000\r\n'))).toBe(true);
    expect(said.some((text) => text.endsWith('Project name:     raft-demo\r\n'))).toBe(true);
    expect(said.some((text) => text.endsWith('App version:      1.4.2\r\n'))).toBe(true);
    expect(Buffer.compare(before, flash.snapshot())).toBe(0);
    expect(flash.totalErases).toBe(0);
  });

  it('boots an update written over its app', () => {
    const flash = factoryFlash();
    flash.load(0x20000, raftDemo150());
    expect(bootDecision(flash)).toMatchObject({ booted: 0x20000, reason: 'chosen slot', running: true });
  });

  it('is the same every time', () => {
    expect(Buffer.compare(factoryFlash().snapshot(), factoryFlash().snapshot())).toBe(0);
  });

  it('with a damaged table does not boot', () => {
    expect(errors(bootDecision(factoryFlash({ damagedTable: true })))).toEqual([
      'E flash_parts: Incorrect MD5 checksum',
      'E boot: Failed to verify partition table',
      'E boot: load partition table error!',
    ]);
  });

  it('with a header of 2 MB does not boot', () => {
    expect(errors(bootDecision(factoryFlash({ headerMegabytes: 2 })))[0]).toBe(
      'E flash_parts: partition 3 invalid - offset 0x1d0000 size 0x1b0000 exceeds flash chip size 0x200000',
    );
  });

  it('with lost otadata tries every slot, and leaves otadata as it is', () => {
    const decision = bootDecision(factoryFlash({ otadataLost: true }));
    expect(decision).toMatchObject({ booted: 0x20000, tried: [0x20000], reason: 'another slot', writes: [] });
    expect(errors(decision)).toEqual(['E boot: ota data partition invalid and no factory, will try all partitions']);
  });
});
