/**
 * The device configuration table of a Particle board: settings and keys, kept in one of two 16 KiB sectors. A change
 * copies everything into the other sector. The header is our own: the real one belongs to WICED and is not modelled.
 */
import type { Life } from '../life.ts';
import type { AlternateMemory } from './particle-memory.ts';
import type { SectorFlash } from './sector-flash.ts';

/** Start addresses of the two sectors. */
export const DCT_SECTORS = [0x0800_4000, 0x0800_8000] as const;
/** Size of a sector in bytes. */
export const DCT_SIZE = 0x4000;
/** Offset in a sector of what the alternate setting shows at address 0: unknown on a real board, here after a header. */
export const DCT_HEADER = 0x100;
const MAGIC = 0x5443_4453;

/** Alternate setting 1: the bytes of whichever sector is in use. */
export function dctFlash(flash: SectorFlash): AlternateMemory {
  return {
    name: '@DCT Flash   /0x00000000/01*016Kg',
    // Particle's usbd_dct_if.c has 1 and 500, reported the other way round.
    erasePoll: 500,
    writePoll: 1,
    has: (address) => address < DCT_SIZE,
    // An erase does nothing and succeeds (DCT_If_Erase).
    erase: async () => true,
    write: (address, bytes, life) => rewrite(flash, address, bytes, life),
    read: (address, size) => {
      const out = new Uint8Array(size);
      const own = activeSector(flash) + DCT_HEADER + address;
      const end = activeSector(flash) + DCT_SIZE;
      if (own < end) out.set(flash.read(own, Math.min(size, end - own)));
      return out;
    },
  };
}

/** The sector in use: the one with the higher number in its header. */
export function activeSector(flash: SectorFlash): number {
  const [first, second] = DCT_SECTORS;
  return sequence(flash, second) > sequence(flash, first) ? second : first;
}

/** A sector of the table: a header with our magic and the sequence number, then the content. */
export function dctSector(number: number, content: Uint8Array): Uint8Array {
  const out = new Uint8Array(DCT_SIZE).fill(0xff);
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, number, true);
  out.set(content.subarray(0, DCT_SIZE - DCT_HEADER), DCT_HEADER);
  return out;
}

async function rewrite(flash: SectorFlash, address: number, bytes: Uint8Array, life: Life): Promise<boolean> {
  if (address + bytes.length > DCT_SIZE - DCT_HEADER) return false;
  const from = activeSector(flash);
  const to = from === DCT_SECTORS[0] ? DCT_SECTORS[1] : DCT_SECTORS[0];
  const content = flash.read(from + DCT_HEADER, DCT_SIZE - DCT_HEADER).slice();
  content.set(bytes, address);
  const next = dctSector(Math.max(0, sequence(flash, from)) + 1, content);
  await flash.erase(to, life);
  // The header is written last, so that an interrupted table is never the one in use.
  return (
    (await flash.program(to + DCT_HEADER, next.subarray(DCT_HEADER), life)) &&
    flash.program(to, next.subarray(0, DCT_HEADER), life)
  );
}

function sequence(flash: SectorFlash, sector: number): number {
  const bytes = flash.read(sector, 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return view.getUint32(0, true) === MAGIC ? view.getUint32(4, true) : -1;
}
