/** What the start page says: the two ways to a board, what to do if it is not listed, and what is missing in this browser. */

import type { SymptomName } from '../../src/help/symptom-links.ts';

/** Whether this browser has a way to real boards; `insecure`: it hides it, because the page is not in a secure context. */
export type DeviceSupport = 'ready' | 'missing' | 'insecure';

/** What a person reads if a way to real boards is missing. */
export interface Missing {
  readonly says: string;
  readonly next: string;
}

// MDN, "Web Serial API" and "WebUSB API", browser compatibility; Firefox has had Web Serial since version 151.
const NO_SERIAL: Missing = {
  says: 'This browser has no Web Serial, which boards of the ESP32 family need.',
  next: 'Chrome, Edge, Opera and Firefox 151 or newer have it, on a computer.',
};
const NO_USB: Missing = {
  says: 'This browser has no WebUSB, which boards in DFU mode need.',
  next: 'Chrome, Edge and Opera have it.',
};
const INSECURE: Missing = {
  says: 'This page was not opened over a secure connection, so the browser hides serial ports and USB devices from it.',
  next: 'Open it over https or from localhost. The virtual boards also work without it.',
};

/** The ways to real boards that are missing here, and what to do about it. */
export function missingApis(serial: DeviceSupport, usb: DeviceSupport): readonly Missing[] {
  if (serial === 'insecure' || usb === 'insecure') return [INSECURE];
  return [...(serial === 'missing' ? [NO_SERIAL] : []), ...(usb === 'missing' ? [NO_USB] : [])];
}

/** One reason why a board is not in the browser's list, what to do, and the section of the help page that has more. */
export interface NotListed {
  readonly title: string;
  readonly says: string;
  readonly commands: readonly string[];
  readonly help: SymptomName;
}

/** Why a board is not in the browser's list, the likeliest reason first. */
export const NOT_LISTED: readonly NotListed[] = [
  {
    title: 'The cable',
    says: 'Many USB cables only charge. Try one that you have copied files with, and a port on the computer itself.',
    commands: [],
    help: 'talk-cable',
  },
  {
    title: 'The driver',
    says: 'Windows and older versions of macOS need the driver of the board’s USB chip: CP210x, CH340 or FTDI. A board in DFU mode needs WinUSB on Windows; Zadig installs it.',
    commands: [],
    help: 'talk-windows',
  },
  {
    title: 'The port is in use',
    says: 'A serial monitor, an IDE or another tab may hold it. Close that, then connect again.',
    commands: [],
    help: 'talk-busy',
  },
  {
    // Debian's group is dialout, Arch's is uucp (wiki.archlinux.org/title/Arduino).
    title: 'Permissions on Linux',
    says: 'Your user must belong to the group of serial ports (dialout; uucp on Arch). Log out and in again afterwards. A board in DFU mode needs a udev rule.',
    commands: ['sudo usermod -aG dialout $USER'],
    help: 'talk-linux',
  },
  {
    title: 'The mode',
    says: 'A board in DFU mode is listed only while it is in that mode. If a board of the ESP32 family is listed and does not answer, use its buttons as drawn above.',
    commands: [],
    help: 'talk-esp-buttons',
  },
];
