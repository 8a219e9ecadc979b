/** Settings as JSON, in a shape of our own: `{ "format": "nvs-settings", "version": 1, "settings": [{ namespace, key, type, value }] }`. */
import { isObject, readJson, textIn } from '../../../formats/json.ts';
import { plainName } from '../../../flash/names.ts';
import { exportable, fileRefusal, repeated } from './exchange.ts';
import type { ExportedSettings, ImportedSettings } from './exchange.ts';
import type { SettingEdit } from './model.ts';
import { isNvsType, shownValue } from './values.ts';
import type { NvsValue } from './values.ts';

const FORMAT = 'nvs-settings';
const VERSION = 1;
/** The most bytes of a file. */
const MOST = 4 << 20;

/** The JSON of all values: numbers in decimal, strings as text, blobs in hex, all of them as JSON strings. */
export function exportJson(values: readonly NvsValue[]): ExportedSettings {
  const { fit, leftOut } = exportable(values, () => null);
  const settings = fit.map(({ namespace, key, type, data, text }) => {
    return { namespace, key, type, value: text ?? shownValue(type, data) };
  });
  return { text: `${JSON.stringify({ format: FORMAT, version: VERSION, settings }, null, 2)}\n`, leftOut };
}

/** Reads what `exportJson` writes. What is wrong is refused with the number of the setting, from 1. */
export function importJson(data: Uint8Array, file: string): ImportedSettings {
  const json = readJson(data, MOST);
  if (json.kind === 'damaged') return fileRefusal(file, 'the file', json.what);
  const object = json.kind === 'object' ? json.object : null;
  if (object === null || textIn(object, 'format') !== FORMAT)
    return fileRefusal(file, 'the file', `it is not JSON with the format “${FORMAT}”`);
  const { version, settings } = object;
  if (version !== VERSION) return fileRefusal(file, 'the file', `its version is not ${VERSION}`);
  if (!Array.isArray(settings)) return fileRefusal(file, 'the file', 'it has no list “settings”');
  const edits: SettingEdit[] = [];
  for (const [i, each] of settings.entries()) {
    const refuse = (why: string) => fileRefusal(file, `setting ${i + 1}`, why);
    if (!isObject(each)) return refuse('it is not an object');
    const [namespace, key, type] = ['namespace', 'key', 'type'].map((name) => textIn(each, name));
    const value = each['value'];
    if (typeof namespace !== 'string' || typeof key !== 'string' || typeof type !== 'string')
      return refuse('it lacks a namespace, a key or a type');
    if (!isNvsType(type)) return refuse(`its type “${plainName(type, 20)}” is none that NVS has`);
    // Numbers may stand without quotation marks as long as JSON keeps them exact.
    if (typeof value !== 'string' && !Number.isSafeInteger(value))
      return refuse('its value is neither a text nor a whole number');
    edits.push({ edit: 'set', namespace, key, type, value: String(value) });
  }
  const twice = repeated(edits);
  return twice === null ? { edits } : fileRefusal(file, 'the file', `it sets ${twice} twice`);
}
