/** The mutants of `driver-mutants.ts`: driver steps whose absence only a browser's real stacks would reveal. */

/** One mutant: a text that occurs once in its file, its replacement, and the tests that must notice. */
export interface DriverMutant {
  readonly forgets: string;
  readonly file: string;
  readonly text: string;
  readonly by: string;
  /** File and title of each test, both below `e2e/`. */
  readonly noticed: readonly (readonly [spec: string, title: string])[];
}

const LINES = 'into the loader: RTS alone holds the chip in reset, DTR alone releases it, one line per step';
const SPEED = 'changing the baud rate reopens the port: both lines drop and rise, and the board stays in its loader';
const IDLE = 'pulled while idle: reported, and what was read is no longer shown';
const OWN_USB = 'esp32s3-raft over its own USB: connect, read, flash, verify, start';
const DETACH = 'an application that can be switched to DFU mode: switched, found again as another device, and read';

/**
 * All mutants. One is missing: that a chip may leave the bus between DTR and RTS (transport.ts, `#signal`). The browser makes
 * the two calls so close together that the bench gets between them only now and then.
 */
export const DRIVER_MUTANTS: readonly DriverMutant[] = [
  {
    forgets: 'that DTR goes before RTS',
    file: 'src/esp/loader/transport.ts',
    text: 'await this.#signal({ dataTerminalReady: dtr, requestToSend: rts });',
    by: 'await this.#signal({ requestToSend: rts }); await this.#signal({ dataTerminalReady: dtr });',
    noticed: [['serial-lines.spec.ts', LINES]],
  },
  {
    forgets: 'that DTR moves by itself, and has it wait for the next RTS',
    file: 'src/esp/loader/transport.ts',
    text: 'await this.#signal({ dataTerminalReady: dtr });',
    by: '',
    noticed: [['serial.spec.ts', OWN_USB]],
  },
  {
    forgets: 'to open the port again at another speed',
    file: 'src/esp/loader/commands.ts',
    text: 'await this.transport.changeBaudrate(rate);',
    by: 'this.transport.baudrate = rate;',
    noticed: [['serial-lines.spec.ts', SPEED]],
  },
  {
    forgets: 'to close the port before it is opened again',
    file: 'src/esp/loader/transport.ts',
    text: 'await this.port.close();',
    by: '',
    noticed: [['serial-lines.spec.ts', SPEED]],
  },
  {
    forgets: 'to open the port at the speed of the boot text',
    file: 'src/esp/loader/restart.ts',
    text: 'await transport.connect(ROM_RATE);',
    by: 'await transport.connect(921_600);',
    noticed: [['serial.spec.ts', 'esp32-raft over a CP2102N: connect, read, flash, verify, start']],
  },
  {
    forgets: 'that a board plugged in again is another serial port',
    file: 'src/app/connections.ts',
    text: 'own.connected ? [own] : likelyPorts',
    by: 'own.getInfo() !== null ? [own] : likelyPorts',
    noticed: [
      ['serial-cable.spec.ts', 'pulled for a minute during program 40 of a flash: reported, reconnected, finished'],
    ],
  },
  {
    forgets: 'that a chip comes back from a reset as another serial port',
    file: 'src/app/connections.ts',
    text: 'port = again ?? port;\n      return again;',
    by: 'return again === null ? null : port;',
    noticed: [['serial.spec.ts', OWN_USB]],
  },
  {
    forgets: 'to go on with the port that came back',
    file: 'src/esp/loader/enter-bootloader.ts',
    text: 'current = again;',
    by: '',
    noticed: [['serial.spec.ts', OWN_USB]],
  },
  {
    forgets: 'that a board plugged in again is another USB device',
    file: 'src/app/connections.ts',
    text: 'own !== undefined && more.length === 0 ? own : null;\n    return serve',
    by: 'device;\n    return serve',
    noticed: [['usb-cable.spec.ts', 'pulled during erase 1 of a flash: reported, reconnected, finished']],
  },
  {
    forgets: 'that a board in DFU mode is another USB device than its application',
    file: 'src/app/connections.ts',
    text: 'return again === null ? null : serve(again);',
    by: 'return again === null ? null : serve(own);',
    noticed: [['usb-descriptors.spec.ts', DETACH]],
  },
  {
    forgets: 'that a serial port says that it is gone',
    file: 'src/browser/remote-port.ts',
    text: "port.addEventListener('disconnect', gone, { once: true });",
    by: '',
    noticed: [['serial-cable.spec.ts', IDLE]],
  },
  {
    forgets: 'to pass on that a serial port is gone',
    file: 'src/app/device-worker.ts',
    text: 'served === port && sessions.serial.lost(linkLost().facts)',
    by: 'undefined',
    noticed: [['serial-cable.spec.ts', IDLE]],
  },
  {
    forgets: 'that a USB device says that it is gone',
    file: 'src/app/connections.ts',
    text: "usb.addEventListener('disconnect', gone);",
    by: '',
    noticed: [['usb-cable.spec.ts', IDLE]],
  },
  {
    forgets: 'to pass on that a USB device is gone',
    file: 'src/app/device-worker.ts',
    text: "served === usb && sessions.usb.lost(dfuFailure('dfu-lost').facts)",
    by: 'undefined',
    noticed: [['usb-cable.spec.ts', IDLE]],
  },
  {
    forgets: 'to ask a device for names that the browser does not give',
    file: 'src/dfu/protocol/connect.ts',
    text: 'names.push(alternate.interfaceName ?? (await readString(link, index)));',
    by: 'names.push(alternate.interfaceName ?? null);',
    noticed: [['usb-descriptors.spec.ts', 'no name from the browser, as on Linux: it is read from the device']],
  },
  {
    forgets: 'to take names from the browser that a device does not give',
    file: 'src/dfu/protocol/connect.ts',
    text: 'names.push(alternate.interfaceName ?? (await readString(link, index)));',
    by: 'names.push(await readString(link, index));',
    noticed: [
      [
        'usb-descriptors.spec.ts',
        'names from the browser, as on other systems: they are used, and a device without strings is read',
      ],
    ],
  },
];
