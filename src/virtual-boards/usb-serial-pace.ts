/** Full-speed USB under a virtual serial port: packets in frames, no baud rate. */
import type { Pace } from './uart.ts';

/** The largest packet of the CDC-ACM endpoints, in bytes (ESP32-S3 TRM, "USB Serial/JTAG Controller"). */
export const USB_PACKET = 64;
/** Most bulk packets of that size in a 1 ms frame (USB 2.0, table 5-9); the rate of the silicon is unknown. */
const PACKETS_IN_A_FRAME = 19;

/** One direction of the bus: what fits into a frame arrives at the end of it, whatever baud rate is set. */
export const USB_PACE: Pace = {
  next: (waiting) => ({ bytes: Math.min(waiting, PACKETS_IN_A_FRAME * USB_PACKET), ms: 1 }),
  arrive: (piece) => piece,
};

/** Time for `bytes` bytes on the bus, in ms. */
export function usbTime(bytes: number): number {
  return Math.ceil(bytes / USB_PACKET) / PACKETS_IN_A_FRAME;
}
