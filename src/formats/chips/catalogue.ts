/** Every chip the app knows: one file and one line here for each. */
import type { Chip } from './chip.ts';
import { ESP32 } from './esp32.ts';
import { ESP32_C2 } from './esp32c2.ts';
import { ESP32_C3 } from './esp32c3.ts';
import { ESP32_C5 } from './esp32c5.ts';
import { ESP32_C6 } from './esp32c6.ts';
import { ESP32_C61 } from './esp32c61.ts';
import { ESP32_E22 } from './esp32e22.ts';
import { ESP32_H2 } from './esp32h2.ts';
import { ESP32_H21 } from './esp32h21.ts';
import { ESP32_H4 } from './esp32h4.ts';
import { ESP32_P4 } from './esp32p4.ts';
import { ESP32_S2 } from './esp32s2.ts';
import { ESP32_S3 } from './esp32s3.ts';
import { ESP32_S31 } from './esp32s31.ts';
import { ESP8266 } from './esp8266.ts';

/** The chips, in the order in which they came out. */
export const CHIPS: readonly Chip[] = [
  ESP8266,
  ESP32,
  ESP32_S2,
  ESP32_C3,
  ESP32_S3,
  ESP32_C2,
  ESP32_C6,
  ESP32_H2,
  ESP32_P4,
  ESP32_C5,
  ESP32_C61,
  ESP32_H21,
  ESP32_H4,
  ESP32_S31,
  ESP32_E22,
];
