/** What an application writes by itself when it starts for the first time: real ones do so in NVS. */
import type { NorFlash } from '../nor-flash.ts';
import type { AppWords } from './boot-image.ts';
import { versionOf } from './boot-log.ts';
import type { Place } from './boot-table.ts';
import { nvsWritesOf } from './firmware/nvs.ts';

/** The app that does so here, and the namespace of its settings. */
const PROJECT = 'raft-demo';
const NAMESPACE = 'raft';
/** What it gives a value to where there is none; a setting that an update brought is new to the settings before it. */
const SETTINGS = [
  { since: 0, key: 'boots', type: 'i32', value: 1 },
  { since: 105, key: 'units', type: 'u8', value: 0 },
] as const;

/** What this app does to the flash as it starts; null for one that writes nothing. */
export function firstStart(app: AppWords, nvs: Place): ((flash: NorFlash) => void) | null {
  if (app.project !== PROJECT) return null;
  const own = SETTINGS.filter(({ since }) => versionOf(app.version) >= since);
  return (flash) => {
    if (nvs.offset + nvs.size > flash.size) return;
    for (const setting of own) {
      const held = flash.read(nvs.offset, nvs.size);
      for (const { at, bytes } of nvsWritesOf(held, NAMESPACE, setting)) flash.clearBits(nvs.offset + at, bytes);
    }
  };
}
