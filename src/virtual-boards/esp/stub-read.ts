/** READ_FLASH of the stub: raw data frames, each acknowledged, then the MD5 of all (esptool docs, "Reading Flash"). */
import { md5 } from '@noble/hashes/legacy.js';
import { words } from './frames.ts';
import type { LoaderIo } from './loader-io.ts';
import type { SpiFlash } from './spi-flash.ts';
import { STUB_ERROR, StubRefusal } from './stub-error.ts';

/** The largest data frame in bytes (command_handler.c, s_read_flash_post_process). */
const MAX_PACKET = 4096;

/**
 * Sends a range of flash. Quirk `one-packet-in-flight`: whatever number the host allows, the stub waits for the
 * acknowledgement of each frame. A wrong acknowledgement ends the reading, and the MD5 covers what was sent.
 */
export async function readFlash(
  io: LoaderIo,
  flash: SpiFlash,
  address: number,
  size: number,
  packet: number,
): Promise<void> {
  if (packet === 0 || packet > MAX_PACKET) throw new StubRefusal(STUB_ERROR.badLength, `packets of ${packet} bytes`);
  const digest = md5.create();
  let sent = 0;
  while (sent < size) {
    const bytes = await flash.read(io, address + sent, Math.min(packet, size - sent));
    digest.update(bytes);
    io.send(bytes);
    sent += bytes.length;
    const acknowledgement = await io.receive();
    if (acknowledgement.length !== 4 || words(acknowledgement, 1)[0] !== sent) {
      io.failed(`stub, reading flash: acknowledgement other than ${sent}`);
      break;
    }
  }
  io.send(digest.digest());
}
