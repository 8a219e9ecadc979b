/** Estimates how fast a loader works, from its dialect and the baud rate. */
import type { Pace } from '../../flash/target.ts';
import type { TimesAsLong } from './device.ts';
import type { Dialect } from './dialect.ts';
import { dialectOf } from './dialect.ts';
import type { Link } from './open-link.ts';
import { USUAL_RATE } from './baud-rate.ts';

/** A slow read: bytes of flash per command, and bytes on the wire both ways. The ROM reads 64 bytes per command. */
const SLOW = { brings: 64, travel: 98 } as const;
/**
 * Latency of a small command in addition to its bytes, in s: 1.6 ms were measured in Chromium with a virtual S3 behind a port
 * without a wire, and full-speed USB has frames of 1 ms.
 */
const WAIT = 0.0025;

/** The estimated pace of a loader; `rate` in baud, null over USB; `raw`: data is sent uncompressed. */
export function paceOf(dialect: Dialect, rate: number | null, raw: boolean): Pace {
  // Full-speed USB gives a loader about 600 KiB/s; a UART takes ten bits per byte.
  const wire = rate === null ? 600 * 1024 : rate / 10;
  // Firmware compresses to about 60 %; erasing and programming runs at 195 to 254 KiB/s: SPI NOR data sheets.
  const packs = dialect.unpacks && !raw;
  const flash = 200 * 1024;
  return {
    writeBytesPerSecond: Math.min(wire / (packs ? 0.6 : 1), flash),
    ...(packs && { packed: { wireBytesPerSecond: wire, flashBytesPerSecond: flash } }),
    readBytesPerSecond: dialect.read === 'slow' ? SLOW.brings / (SLOW.travel / wire + WAIT) : wire,
    digestBytesPerSecond: 1024 * 1024,
    stretchMs: 30,
  };
}

/** How many times as long a link takes compared with the stub at its usual rate, as whole numbers; `rate` in baud. */
export function timesAsLong({ chip, connection, commands }: Link, rate: number | null): TimesAsLong {
  const now = paceOf(commands.dialect, rate, false);
  const stub = paceOf(dialectOf(chip, 'stub', connection), connection === 'bridge' ? USUAL_RATE : null, false);
  return {
    write: Math.round(stub.writeBytesPerSecond / now.writeBytesPerSecond),
    read: Math.round(stub.readBytesPerSecond / now.readBytesPerSecond),
  };
}
