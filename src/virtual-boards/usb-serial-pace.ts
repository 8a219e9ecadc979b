/** Full-speed USB under a virtual serial port: packets in frames, and no baud. */
import type { Pace } from './uart.ts';

/** The largest packet of the CDC-ACM endpoints, in bytes (ESP32-S3 TRM, "USB Serial/JTAG Controller"). */
export const USB_PACKET = 64;
/** Bulk packets of that size in a frame of one millisecond, at most (USB 2.0, table 5-9); silicon's own rate is unknown. */
const PACKETS_IN_A_FRAME = 19;

/** One direction of the bus: what fits into a frame arrives at its end, whatever rate anybody has set. */
export const USB_PACE: Pace = {
  next: (waiting) => ({ bytes: Math.min(waiting, PACKETS_IN_A_FRAME * USB_PACKET), ms: 1 }),
  arrive: (piece) => piece,
};

/** Milliseconds that `bytes` bytes take on the bus. */
export function usbTime(bytes: number): number {
  return Math.ceil(bytes / USB_PACKET) / PACKETS_IN_A_FRAME;
}
