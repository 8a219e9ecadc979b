/** JSON of unknown origin: read without trust in its shape. */

/** An object of a JSON text. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What a text is as JSON; `what` is for people, `line` counts from 1. */
export type JsonResult =
  | { readonly kind: 'object'; readonly object: JsonObject }
  | { readonly kind: 'other' }
  | { readonly kind: 'damaged'; readonly what: string };

/** Lists of files are some kilobytes. In bytes. */
export const LARGEST_JSON = 1 << 20;

/** Reads a JSON text in UTF-8 of at most so many bytes. Never throws. */
export function readJson(data: Uint8Array, most = LARGEST_JSON): JsonResult {
  if (data.length > most) return { kind: 'other' };
  try {
    // Without `ignoreBOM` the decoder takes a byte order mark away.
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
    return isObject(value) ? { kind: 'object', object: value } : { kind: 'other' };
  } catch (error) {
    // The parser's own words name the place, in each browser another way; a text that is no UTF-8 has none.
    return {
      kind: 'damaged',
      what: error instanceof SyntaxError ? 'it is not valid JSON' : 'it is not UTF-8 text',
    };
  }
}

/** Whether a value is an object with named fields. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that is a text and not empty; null if it is anything else. */
export function textIn(object: JsonObject, name: string): string | null {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : null;
}
