/** Reads a chip's protections: from its ROM's security info, and from its eFuses if registers can be read. */
import type { SecurityInfo } from 'esptool-js';
import type { Chip, Field } from '../../formats/chips/chip.ts';
import type { Security } from '../board/security.ts';
import type { ReadField } from './registers.ts';

/** The ROM's reply to GET_SECURITY_INFO (esptool docs, serial protocol): flags, encryption counter, key block purposes. */
export interface SecuritySummary {
  readonly flags: number;
  readonly encryptionCount: number;
  readonly purposes: readonly number[];
}

/** Flags in the reply, the same in every ROM (esptool loader.py, SECURITY_INFO_FLAG_MAP). */
const FLAG = { secureBoot: 1 << 0, secureDownload: 1 << 2, softJtag: 1 << 6, hardJtag: 1 << 7 } as const;

/**
 * The protections of a chip. `read` is null if registers cannot be read, `summary` if the ROM provides none; what neither
 * gives is `unknown`.
 */
export async function readSecurity(
  chip: Chip,
  revision: number | null,
  summary: SecuritySummary | null,
  read: ReadField | null,
): Promise<Security> {
  const fuses = chip.security;
  const ask = (field: Field | null | undefined): Promise<number | null> =>
    field === null || field === undefined || read === null ? Promise.resolve(null) : read(field);
  // A chip without such eFuses has nothing that could be enabled.
  if (fuses === null && summary === null) {
    return { encryption: { on: false, count: null, manual: 'disabled' }, ...BARE };
  }
  const count = (await ask(fuses?.encryptionCount)) ?? summary?.encryptionCount ?? null;
  const width = fuses?.encryptionCount?.width ?? null;
  const set = count === null ? null : ones(count);
  const manualOff = await ask(fuses?.manualEncryptionOff);
  return {
    encryption: {
      // "Flash encryption enabled when odd number of bits are set" (esptool, get_flash_encryption_enabled).
      on: set === null ? 'unknown' : set % 2 === 1,
      count: set === null || width === null ? null : { set, of: width },
      manual: manualOff === null ? 'unknown' : manualOff === 0 ? 'allowed' : 'disabled',
    },
    secureBoot: await secureBoot(chip, revision, summary, ask),
    download: summary !== null && (summary.flags & FLAG.secureDownload) !== 0 ? 'secure' : 'open',
    jtag: jtag(summary, await ask(fuses?.jtagOff)),
    keys: await keys(chip, summary, ask),
  };
}

const BARE = { secureBoot: 'off', download: 'open', jtag: 'open', keys: null } as const;

type Ask = (field: Field | null | undefined) => Promise<number | null>;

async function secureBoot(
  chip: Chip,
  revision: number | null,
  summary: SecuritySummary | null,
  ask: Ask,
): Promise<Security['secureBoot']> {
  const { secureBootV1 = null, secureBootV2 = null } = chip.security ?? {};
  const v1 = await ask(secureBootV1);
  const v2 = await ask(secureBootV2?.field);
  if (v2 === 1 && secureBootV2 !== null && (revision ?? secureBootV2.from) >= secureBootV2.from) return 'v2';
  if (v1 === 1) return 'v1';
  // Only the ESP32 ever had version 1.
  if (summary !== null) return (summary.flags & FLAG.secureBoot) === 0 ? 'off' : secureBootV1 === null ? 'v2' : 'on';
  return v2 === null ? 'unknown' : 'off';
}

function jtag(summary: SecuritySummary | null, fused: number | null): Security['jtag'] {
  if (fused !== null) return fused === 0 ? 'open' : 'shut';
  if (summary === null) return 'unknown';
  if ((summary.flags & FLAG.hardJtag) !== 0) return 'shut';
  return (summary.flags & FLAG.softJtag) !== 0 ? 'until-reset' : 'open';
}

async function keys(chip: Chip, summary: SecuritySummary | null, ask: Ask): Promise<Security['keys']> {
  const { purposes, security } = chip;
  const fields = security?.keyPurposes ?? [];
  if (fields.length === 0 || Object.keys(purposes).length === 0) return null;
  const named: { block: number; purpose: string }[] = [];
  for (const [block, field] of fields.entries()) {
    const purpose = summary?.purposes[block] ?? (await ask(field));
    if (purpose === null || purpose === undefined) return null;
    named.push({ block, purpose: purposes[purpose] ?? `purpose ${purpose}` });
  }
  return named;
}

/** The summary from esptool-js's parsed reply. */
export function summaryOf(info: SecurityInfo): SecuritySummary {
  return { flags: info.flags, encryptionCount: info.flashCryptCnt, purposes: info.keyPurposes };
}

function ones(value: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
