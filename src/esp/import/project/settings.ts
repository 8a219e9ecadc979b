/** Reads the settings of ESP-IDF and Raft projects: `sdkconfig`, `features.cmake`, `SysTypes.json`, as far as they are asked for. */

/** Where a setting stands. */
export interface TextPosition {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A setting with its value, without quotes. */
export interface ProjectSetting extends TextPosition {
  readonly name: string;
  readonly value: string;
}

/** More lines than any `sdkconfig` has, and longer lines, in characters, than it needs. */
const [MOST_LINES, LONGEST_LINE] = [20_000, 1024];
/** Kconfig's output (ESP-IDF, docs: `sdkconfig`): one assignment a line, `is not set` for a boolean that is off. */
const ASSIGNED = /^\s*(CONFIG_\w+)\s*=\s*(.*?)\s*$/;
const UNSET = /^\s*#\s*(CONFIG_\w+) is not set\s*$/;
/** CMake's `set(NAME "value")` at the start of a line; a comment begins with `#`. */
const SET = /^\s*set\s*\(\s*(\w+)\s+"?([^")]*?)"?\s*\)/i;

function linesOf(text: string): string[] {
  return text.split(/\r?\n/, MOST_LINES).map((line) => line.slice(0, LONGEST_LINE));
}

/** The settings of an `sdkconfig` or `sdkconfig.defaults`, in order; a boolean that is off has the value `n`. */
export function readSdkconfig(file: string, text: string): ProjectSetting[] {
  return linesOf(text).flatMap((line, i): ProjectSetting[] => {
    const [, name, value] = ASSIGNED.exec(line) ?? [];
    if (name !== undefined && value !== undefined)
      return [{ file, line: i + 1, name, value: value.replace(/^"(.*)"$/, '$1') }];
    const off = UNSET.exec(line)?.[1];
    return off === undefined ? [] : [{ file, line: i + 1, name: off, value: 'n' }];
  });
}

/** What a `features.cmake` sets, in order. */
export function readFeatures(file: string, text: string): ProjectSetting[] {
  return linesOf(text).flatMap((line, i): ProjectSetting[] => {
    const [, name, value] = SET.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [{ file, line: i + 1, name, value }];
  });
}

/** Where a text first names a key of JSON; null if it does not. */
export function positionOfKey(file: string, text: string, key: string): TextPosition | null {
  const line = linesOf(text).findIndex((each) => each.includes(`"${key}"`));
  return line < 0 ? null : { file, line: line + 1 };
}

/** Where a CSV has the row of a partition; its first line if it is not found. */
export function positionOfRow(file: string, text: string, name: string): TextPosition {
  const line = linesOf(text).findIndex((each) => each.split(',')[0]?.trim() === name);
  return { file, line: Math.max(0, line) + 1 };
}

/** The setting with a name; the last one counts, because a later file or line overrides an earlier one. */
export function settingOf(settings: readonly ProjectSetting[], name: string): ProjectSetting | undefined {
  return settings.findLast((each) => each.name === name);
}

/** A boolean setting that is on. */
export function isOn(settings: readonly ProjectSetting[], name: string): ProjectSetting | undefined {
  const setting = settingOf(settings, name);
  return setting?.value === 'y' ? setting : undefined;
}

/** The flash size that is set, in bytes, and where: `CONFIG_ESPTOOLPY_FLASHSIZE="4MB"`, or the choice `…_4MB=y`. */
export function flashSizeOf(
  settings: readonly ProjectSetting[],
): { readonly size: number; readonly setting: ProjectSetting } | null {
  const sizes = settings.flatMap((setting) => {
    const named = setting.name === 'CONFIG_ESPTOOLPY_FLASHSIZE' ? /^(\d+)MB$/.exec(setting.value) : null;
    const chosen = setting.value === 'y' ? /^CONFIG_ESPTOOLPY_FLASHSIZE_(\d+)MB$/.exec(setting.name) : null;
    const megabytes = Number((named ?? chosen)?.[1]);
    return megabytes >= 1 && megabytes <= 256 ? [{ size: megabytes << 20, setting }] : [];
  });
  return sizes.at(-1) ?? null;
}
