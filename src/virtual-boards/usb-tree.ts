/** A device's configurations as WebUSB shows them, read from raw descriptors (USB 2.0, 9.5 and 9.6). */

/** Parses one configuration and its interfaces; their `claimed` and `alternate` follow the caller's `state`. */
export function readConfiguration(bytes: Uint8Array, state: InterfaceState): USBConfiguration {
  const interfaces = new Map<number, USBAlternateInterface[]>();
  for (let at = 0; at + 1 < bytes.length; at += Math.max(1, bytes[at] ?? 0)) {
    if (bytes[at + 1] !== 4) continue;
    const field = (offset: number): number => bytes[at + offset] ?? 0;
    const settings = interfaces.get(field(2)) ?? [];
    interfaces.set(field(2), settings);
    settings.push({
      alternateSetting: field(3),
      interfaceClass: field(5),
      interfaceSubclass: field(6),
      interfaceProtocol: field(7),
      // Chromium on Linux does not read interface names (seen on the bench).
      interfaceName: null,
      endpoints: [],
    });
  }
  return {
    configurationValue: bytes[5] ?? 0,
    configurationName: null,
    interfaces: [...interfaces].map(([interfaceNumber, alternates]) => ({
      interfaceNumber,
      alternates,
      get claimed() {
        return state.claimed.has(interfaceNumber);
      },
      get alternate() {
        const chosen = state.claimed.get(interfaceNumber) ?? 0;
        const found = alternates.find((setting) => setting.alternateSetting === chosen) ?? alternates[0];
        if (found === undefined) throw new RangeError('an interface without settings');
        return found;
      },
    })),
  };
}

/** The claimed interfaces of a device: interface number to alternate setting in use. */
export interface InterfaceState {
  readonly claimed: ReadonlyMap<number, number>;
}
