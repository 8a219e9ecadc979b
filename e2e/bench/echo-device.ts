import type { BenchPort, SerialDevice } from './devices.ts';

/** A serial device that sends back what it receives; the simplest example of a device on the bench. */
export class EchoDevice implements SerialDevice {
  port: BenchPort | undefined;

  attach(port: BenchPort): void {
    this.port = port;
  }

  data(bytes: Uint8Array): void {
    this.port?.write(bytes);
  }

  lines(): void {}

  baud(): void {}

  close(): void {
    this.port = undefined;
  }
}

/** What udev says about a CP2102N, the USB-UART bridge of many ESP32 boards. */
export const CP2102N = {
  node: 'ttyUSB0',
  vendorId: 0x10c4,
  productId: 0xea60,
  product: 'CP2102N USB to UART Bridge Controller',
  serial: 'bench0001',
};
