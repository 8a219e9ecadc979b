/** Getting a board to talk, by symptom: what is to be seen, what to do, and what to copy. */
import type { DrawingName } from './drawings.ts';
import type { SymptomName } from './symptom-links.ts';

/** One symptom; `boards` says which boards it concerns. */
export interface Symptom {
  readonly name: SymptomName;
  readonly title: string;
  readonly boards: string;
  readonly drawing: DrawingName | null;
  readonly steps: readonly string[];
  /** Text to copy, and where it goes. */
  readonly copies: readonly { readonly label: string; readonly text: string }[];
}

// udev: SUBSYSTEM and ATTRS match the USB device itself; uaccess gives it to whoever sits at the computer (systemd, udev rules).
const UDEV = [
  '# STM32 in its ROM bootloader, and Particle boards in DFU mode',
  'SUBSYSTEM=="usb", ATTRS{idVendor}=="0483", ATTRS{idProduct}=="df11", TAG+="uaccess"',
  'SUBSYSTEM=="usb", ATTRS{idVendor}=="2b04", TAG+="uaccess"',
].join('\n');

/** All symptoms, in the order in which they are tried. */
export const SYMPTOMS: readonly Symptom[] = [
  {
    name: 'talk-not-listed',
    title: 'The board is not in the browser’s list',
    boards: 'all boards',
    drawing: 'cable',
    steps: [
      'Use a cable that you have copied files with: many only charge.',
      'Plug it into the computer itself, without a hub.',
      'A board in DFU mode is listed only while it is in that mode: use its buttons, see below.',
      'Windows and older versions of macOS need the driver of the USB chip on the board: CP210x, CH340 or FTDI.',
      'On Linux, see the rule and the group below.',
    ],
    copies: [],
  },
  {
    name: 'talk-esp-buttons',
    title: 'It is in the list and does not answer: buttons for download mode',
    boards: 'ESP32 family',
    drawing: 'espButtons',
    steps: [
      'Hold BOOT (on some boards IO0 or FLASH).',
      'Press RST (on some boards EN) and release it.',
      'Release BOOT, then connect.',
      'Without buttons, connect GPIO0 to GND while the board resets. An ESP32-C3 or C6 uses GPIO9 instead.',
      'Disconnect whatever is wired to GPIO0, GPIO2, GPIO12 or EN: it can keep the chip from entering download mode.',
    ],
    copies: [],
  },
  {
    name: 'talk-dfu-buttons',
    title: 'Buttons for DFU mode',
    boards: 'Particle and STM32',
    drawing: 'dfuButtons',
    steps: [
      'Photon, P1: hold SETUP, press RESET, and release SETUP when the light blinks yellow. Electron: MODE instead of SETUP.',
      'STM32: hold BOOT0 while you press RESET or plug the board in. If BOOT0 is a jumper or a switch, leave it at 1 until you have flashed.',
      'Boards with a bootloader of their own, such as UF2, need BOOT0 too: it starts ST’s bootloader instead.',
      'Then choose the new device in the list: its name is not that of the running board.',
    ],
    copies: [],
  },
  {
    name: 'talk-cable',
    title: 'The cable has no data wires',
    boards: 'all boards',
    drawing: 'cable',
    steps: [
      'The board lights up, and the computer shows no new device: the cable only charges.',
      'Use one that transfers data, such as that of a phone or a disk, as short as possible.',
      'A loose plug drops the connection when it is touched: use another port.',
    ],
    copies: [],
  },
  {
    name: 'talk-busy',
    title: 'The port is busy',
    boards: 'ESP32 family',
    drawing: 'busy',
    steps: [
      'Close the serial monitor of your IDE, and other tabs that are connected.',
      'Wait until a running upload has ended.',
      'On Linux, ModemManager may hold a new port for some seconds: wait, then connect again.',
    ],
    copies: [{ label: 'Which program holds it (Linux, macOS)', text: 'lsof /dev/ttyUSB* /dev/ttyACM* /dev/cu.usb*' }],
  },
  {
    name: 'talk-linux',
    title: 'Linux: the group for serial ports, and the udev rule for DFU',
    boards: 'all boards',
    drawing: null,
    steps: [
      'Serial ports: add yourself to their group (dialout; uucp on Arch), then log out and in.',
      'DFU mode: save the rule as /etc/udev/rules.d/60-dfu.rules, load it, and plug the board in again.',
      'A browser from Snap or Flatpak may have no access to USB: use one from your distribution or from its vendor.',
    ],
    copies: [
      { label: 'Join the group', text: 'sudo usermod -aG dialout $USER' },
      { label: 'The rule', text: UDEV },
      { label: 'Load the rule', text: 'sudo udevadm control --reload-rules && sudo udevadm trigger' },
    ],
  },
  {
    name: 'talk-windows',
    title: 'Windows: which driver a board needs',
    boards: 'all boards',
    drawing: null,
    steps: [
      'Particle boards with bootloader 0.6.0 or newer need no driver installed: their descriptors ask Windows for WinUSB.',
      'ST’s ROM bootloader and older Particle bootloaders do not: start Zadig, choose the device, such as “STM32 BOOTLOADER”, and install WinUSB for it.',
      'Zadig replaces the driver of the device that you choose: never choose a keyboard, a mouse or a debug probe.',
      'Serial ports: chips with built-in USB (ESP32-S3, C3, C6) need no driver on Windows 10 or newer; for CP210x, CH340 and FTDI, use the driver of the maker.',
    ],
    copies: [],
  },
  {
    name: 'talk-speed',
    title: 'It connects, then bytes are lost: the speed is too high',
    boards: 'ESP32 family',
    drawing: null,
    steps: [
      'Choose a lower “Speed” under “Flashing options”, such as 115200.',
      'A shorter cable and a port on the computer itself allow a higher one.',
      'If the log of a running board is unreadable, its program uses another baud rate than the monitor: that does not affect flashing.',
    ],
    copies: [],
  },
  {
    name: 'talk-power',
    title: 'It resets when it should work: brown-out',
    boards: 'all boards',
    drawing: 'brownOut',
    steps: [
      'The log says “Brownout detector was triggered”, or the board restarts as soon as its radio turns on: its supply drops too low.',
      'Use a short, thick cable on a port of the computer itself, or a hub with its own power supply.',
      'Disconnect motors, displays and LED strips while you flash.',
      'An Electron needs its battery while its modem is on: the modem draws more than USB supplies.',
    ],
    copies: [],
  },
];
