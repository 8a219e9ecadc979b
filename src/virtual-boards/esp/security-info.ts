/** The answer to GET_SECURITY_INFO, the same from ROM and stub: the stub asks the ROM (esp-stub-lib, security.c). */
import type { Silicon } from './registers.ts';

/** Flag in the first word: Secure Download Mode (esptool, loader.py: SECURITY_INFO_FLAG_MAP). */
const SECURE_DOWNLOAD = 1 << 2;
/** Key purposes that boards without keys report for their seven blocks; no client can use the last (esptool's reports). */
const PURPOSES = [0, 0, 0, 0, 0, 0, 12];

/**
 * Twenty bytes: flags, the flash-encryption counter, seven key purposes, chip id, version of this interface (esptool,
 * loader.py: get_security_info); undefined on a chip without the command.
 */
export function securityInfo({ chip, fuses }: Silicon): Uint8Array | undefined {
  const { securityInfo: known } = chip.rom;
  if (known === null) return undefined;
  const out = new Uint8Array(20);
  const view = new DataView(out.buffer);
  view.setUint32(0, fuses.secureDownload ? SECURE_DOWNLOAD : 0, true);
  out.set([fuses.encryption?.count ?? 0, ...PURPOSES], 4);
  view.setUint32(12, chip.chipId, true);
  view.setUint32(16, known.apiVersion, true);
  return out;
}
