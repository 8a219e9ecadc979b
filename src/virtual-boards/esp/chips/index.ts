/** Every chip that a virtual board can have. */
import type { Chip, ChipName } from './chip.ts';
import { ESP32 } from './esp32.ts';
import { ESP32_C3 } from './esp32c3.ts';
import { ESP32_C6 } from './esp32c6.ts';
import { ESP32_S3 } from './esp32s3.ts';

/** The chips by name. */
export const CHIPS: Readonly<Record<ChipName, Chip>> = {
  ESP32,
  'ESP32-S3': ESP32_S3,
  'ESP32-C3': ESP32_C3,
  'ESP32-C6': ESP32_C6,
};
